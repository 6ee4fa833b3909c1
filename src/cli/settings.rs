//! The flags of the settings, made from the table of them.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, value_parser};

use super::CommandError;
use crate::config::{self, Given, InForce, SETTINGS};

/// Settings given on the command line.
pub(super) struct Settings(Given);

/// The flag that names the file.
const FILE: &str = "config";

impl Settings {
    /// What is in force with them, the environment and the file.
    ///
    /// # Errors
    /// What is wrong with a setting, and where it was given.
    pub(super) fn in_force(&self) -> Result<InForce, CommandError> {
        Ok(config::gather(&self.0, std::env::vars_os())?)
    }
}

impl Args for Settings {
    fn augment_args(command: Command) -> Command {
        let file = Arg::new(FILE)
            .long(FILE)
            .value_name("FICHIER")
            .value_parser(value_parser!(PathBuf))
            .help("Fichier de réglages, en TOML ; « territoires config » en imprime un [ou la variable TERRITOIRES_CONFIG]");
        SETTINGS.iter().fold(command.arg(file), |command, setting| {
            let mut arg = Arg::new(setting.name)
                .long(setting.name)
                .allow_hyphen_values(true);
            let mut help = format!("{} [{}", setting.help, setting.variable());
            arg = if setting.value.is_empty() {
                // Naming it is to say yes.
                arg.num_args(0..=1)
                    .require_equals(true)
                    .default_missing_value("oui")
                    .value_name("oui|non")
            } else {
                arg.value_name(setting.value)
            };
            if !setting.default.is_empty() {
                help = format!("{help} ; défaut : {}", setting.default);
            }
            command.arg(arg.help(format!("{help}]")))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Settings {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let flags = SETTINGS.iter().filter_map(|setting| {
            let value = matches.get_one::<String>(setting.name)?;
            Some((setting.name, value.clone()))
        });
        Ok(Self(Given {
            file: matches.get_one::<PathBuf>(FILE).cloned(),
            flags: flags.collect(),
        }))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
