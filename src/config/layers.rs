//! Where a value comes from, and which of several counts.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use super::error::ConfigError;
use super::settings::{SETTINGS, Setting};
use super::{Config, file};

/// What variables of the environment begin with.
pub const PREFIX: &str = "TERRITOIRES_";

/// The variable that names the file of settings; its flag is `--config`.
const FILE: &str = "TERRITOIRES_CONFIG";

/// What Kubernetes sets for a service called « territoires »: none of ours.
const OTHERS: [&str; 2] = ["TERRITOIRES_SERVICE_", "TERRITOIRES_PORT"];

/// Where a value was given, from the least to the one that counts most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nowhere.
    Default,
    /// In a file, under a key.
    File(PathBuf, &'static str),
    /// In a variable of the environment.
    Variable(String),
    /// By a flag.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("défaut"),
            Self::File(path, name) => write!(f, "{}, {name}", path.display()),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(name) => write!(f, "--{name}"),
        }
    }
}

/// What a command line gives.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The file of settings.
    pub file: Option<PathBuf>,
    /// Names of settings with their values.
    pub flags: Vec<(&'static str, String)>,
}

/// The settings in force, and where each comes from.
#[derive(Debug)]
pub struct InForce {
    /// The settings.
    pub config: Config,
    /// Each as text.
    pub values: Vec<(&'static str, String, Origin)>,
}

/// Gathers the settings from the command line, the environment, the file and the defaults.
///
/// # Errors
/// The first value that cannot be read, key or variable that is none, or what is wrong with the file. A value is
/// read even where another counts before it: a fault would show up later, when nobody looks.
pub fn gather(
    given: &Given,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<InForce, ConfigError> {
    let mut variables = BTreeMap::new();
    for (name, value) in environment {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with(PREFIX) && !OTHERS.iter().any(|o| name.starts_with(o)) {
            variables.insert(name, value.to_string_lossy().into_owned());
        }
    }
    let by_variable = variables.remove(FILE).filter(|path| !path.is_empty());
    let path = given.file.clone().or(by_variable.map(PathBuf::from));

    let mut layers: Vec<(&'static Setting, String, Origin)> = SETTINGS
        .iter()
        .map(|s| (s, s.default.to_owned(), Origin::Default))
        .collect();
    if let Some(path) = &path {
        layers.extend(of_file(path)?);
    }
    for (name, value) in variables {
        let known = SETTINGS.iter().find(|s| s.variable() == name);
        let setting = known.ok_or_else(|| {
            let names = SETTINGS
                .iter()
                .map(Setting::variable)
                .chain([FILE.to_owned()]);
            unknown("l’environnement".to_owned(), &name, names)
        })?;
        layers.push((setting, value, Origin::Variable(name)));
    }
    for (name, value) in &given.flags {
        let known = SETTINGS.iter().find(|s| s.name == *name);
        layers.extend(known.map(|s| (s, value.clone(), Origin::Flag(s.name))));
    }

    let mut config = Config::default();
    let mut values: Vec<(&'static str, String, Origin)> = Vec::new();
    for (setting, value, origin) in layers {
        let value = value.trim().to_owned();
        (setting.read)(&value, &mut config).map_err(|works| ConfigError::Value {
            origin: origin.clone(),
            value: value.clone(),
            works,
        })?;
        match values.iter_mut().find(|(name, ..)| *name == setting.name) {
            Some(place) => *place = (setting.name, value, origin),
            None => values.push((setting.name, value, origin)),
        }
    }
    Ok(InForce { config, values })
}

fn of_file(path: &Path) -> Result<Vec<(&'static Setting, String, Origin)>, ConfigError> {
    let read = file::read(path)?.into_iter().map(|(name, value)| {
        let known = SETTINGS.iter().find(|s| s.name == name);
        let setting = known.ok_or_else(|| {
            let names = SETTINGS.iter().map(|s| s.name.to_owned());
            unknown(path.display().to_string(), &name, names)
        })?;
        Ok((setting, value, Origin::File(path.to_owned(), setting.name)))
    });
    read.collect()
}

fn unknown(place: String, name: &str, names: impl Iterator<Item = String>) -> ConfigError {
    // Nearer than half of it, or it is no slip.
    let near = names
        .map(|n| (strsim::damerau_levenshtein(&n, name), n))
        .min()
        .filter(|(distance, n)| *distance <= n.len().min(name.len()) / 2);
    ConfigError::Unknown {
        place,
        name: name.to_owned(),
        nearest: near.map(|(_, n)| n),
    }
}

impl fmt::Display for InForce {
    /// A file of settings that would say the same.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value, origin) in &self.values {
            let setting = SETTINGS.iter().find(|s| s.name == *name);
            writeln!(f, "# {}", setting.map_or("", |s| s.help))?;
            let value = toml::Value::String(value.clone());
            writeln!(f, "{name} = {value}  # {origin}\n")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::time::Duration;

    fn variables(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
        pairs.iter().map(|(n, v)| (n.into(), v.into())).collect()
    }

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    fn refused(text: &str, pairs: &[(&str, &str)], flags: &[(&'static str, &str)]) -> String {
        let file = file(text);
        let given = Given {
            file: Some(file.path().to_owned()),
            flags: flags.iter().map(|(n, v)| (*n, (*v).to_owned())).collect(),
        };
        gather(&given, variables(pairs)).unwrap_err().to_string()
    }

    #[test]
    fn without_anything_the_defaults_serve() {
        let in_force = gather(&Given::default(), []).unwrap();
        assert_eq!(in_force.config, Config::default());
        assert!(in_force.values.iter().all(|(.., o)| *o == Origin::Default));
    }

    #[test]
    fn flags_count_before_variables_those_before_the_file_that_before_defaults() {
        let file = file(
            "cache-tuiles = 1\nattente = 2\nfichiers = 3\nmandataires = [\"::1\", \"10.0.0.0/8\"]\n",
        );
        let given = Given {
            file: None,
            flags: vec![("cache-tuiles", "7".to_owned())],
        };
        let path = file.path().to_str().unwrap();
        let set = variables(&[
            (FILE, path),
            ("TERRITOIRES_CACHE_TUILES", "8"),
            ("TERRITOIRES_ATTENTE", "9"),
            ("TERRITOIRES_PORT_8080_TCP", "tcp://10.0.0.1:8080"),
            ("HOME", "ailleurs"),
        ]);
        let in_force = gather(&given, set).unwrap();
        let config = &in_force.config;
        assert_eq!(
            (
                config.cache_tuiles,
                config.attente,
                config.fichiers,
                config.demandes
            ),
            (7 << 20, 9, 3, 1024)
        );
        assert_eq!(config.mandataires.len(), 2);
        let printed = in_force.to_string();
        assert!(
            printed.contains("cache-tuiles = \"7\"  # --cache-tuiles\n"),
            "{printed}"
        );
        assert!(
            printed.contains("attente = \"9\"  # TERRITOIRES_ATTENTE\n"),
            "{printed}"
        );
        assert!(
            printed.contains(&format!("fichiers = \"3\"  # {path}, fichiers\n")),
            "{printed}"
        );
    }

    #[test]
    fn what_is_printed_is_a_file_that_says_the_same() {
        let given = Given {
            file: None,
            flags: vec![
                ("url", "https://ti.example.fr/".to_owned()),
                ("delai-arret", "3".to_owned()),
                ("donnees", "un \"dossier\"".to_owned()),
            ],
        };
        let first = gather(&given, []).unwrap();
        assert_eq!(first.config.delai_arret, Duration::from_secs(3));
        let file = file(&first.to_string());
        let again = Given {
            file: Some(file.path().to_owned()),
            flags: Vec::new(),
        };
        assert_eq!(gather(&again, []).unwrap().config, first.config);
    }

    #[test]
    fn what_is_no_setting_is_refused_with_the_nearest_that_is() {
        let said = refused("cache-tuile = 1\n", &[], &[]);
        assert!(
            said.contains("« cache-tuile »") && said.contains("« cache-tuiles »"),
            "{said}"
        );
        let said = refused("", &[("TERRITOIRES_ADRESS", "x")], &[]);
        assert!(said.contains("« TERRITOIRES_ADRESSE »"), "{said}");
        let said = refused("zzzzzzz = 1\n", &[], &[]);
        assert!(!said.contains("vouliez"), "{said}");
    }

    #[test]
    fn a_value_that_does_not_do_is_refused_where_it_was_given_even_if_another_counts() {
        let said = refused("attente = \"beaucoup\"\n", &[], &[("attente", "5")]);
        assert!(
            said.contains(", attente : « beaucoup »") && said.contains("de 0 à 100000"),
            "{said}"
        );
        let said = refused("", &[("TERRITOIRES_URL", "ti.example.fr")], &[]);
        assert!(
            said.starts_with("TERRITOIRES_URL : ") && said.contains("https://"),
            "{said}"
        );
        let said = refused("", &[], &[("mandataires", "ici")]);
        assert!(
            said.starts_with("--mandataires : ") && said.contains("10.0.0.0/8"),
            "{said}"
        );
        for text in ["attente = 1.5\n", "[adresse]\n", "mandataires = [1]\n"] {
            assert!(
                refused(text, &[], &[]).contains("il faut un texte"),
                "{text}"
            );
        }
        let said = refused("adresse = \"127.0.0.1:0\"\nattente =\n", &[], &[]);
        assert!(said.contains("ligne 2") && said.contains("TOML"), "{said}");
    }

    #[test]
    fn every_setting_refuses_nonsense_and_says_what_would_work() {
        let free = ["donnees", "niveau"];
        for setting in SETTINGS.iter().filter(|s| !free.contains(&s.name)) {
            let mut config = Config::default();
            for nonsense in ["-1", "1e9", "é\"<", "99999999999999999999"] {
                let works = (setting.read)(nonsense, &mut config).unwrap_err();
                assert!(works.len() > 5, "{}", setting.name);
            }
        }
    }
}
