//! The settings there are: one entry each, read into [`Config`] from text.

use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;

use super::{Config, Journal, MIB};

/// A setting.
pub struct Setting {
    /// Its key in the file, and its flag after two dashes.
    pub name: &'static str,
    /// What its value is, for help; empty where naming it is enough.
    pub value: &'static str,
    /// What it does.
    pub help: &'static str,
    /// Its value where nobody gives one; empty for none.
    pub default: &'static str,
    /// Reads it: what would work where the text is none.
    pub(super) read: fn(&str, &mut Config) -> Result<(), &'static str>,
}

impl Setting {
    /// Its variable of the environment.
    #[must_use]
    pub fn variable(&self) -> String {
        format!(
            "{}{}",
            super::PREFIX,
            self.name.to_ascii_uppercase().replace('-', "_")
        )
    }
}

/// All of them, in the order in which `territoires config` prints them.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "adresse",
        value: "ADRESSE:PORT",
        help: "Adresse et port d’écoute ; le port 0 laisse le système choisir",
        default: "127.0.0.1:8080",
        read: |text, to| {
            let works = "une adresse et un port, par exemple 127.0.0.1:8080";
            to.adresse = text.parse().map_err(|_| works)?;
            Ok(())
        },
    },
    Setting {
        name: "donnees",
        value: "DOSSIER",
        help: "Dossier de données écrit par « territoires import » ; vide : les données embarquées",
        default: "",
        read: |text, to| {
            to.donnees = (!text.is_empty()).then(|| PathBuf::from(text));
            Ok(())
        },
    },
    Setting {
        name: "surveiller",
        value: "",
        help: "Charger de soi-même une nouvelle édition du dossier de données ; sinon à SIGHUP",
        default: "non",
        read: |text, to| {
            to.surveiller = match text {
                "oui" => true,
                "non" => false,
                _ => return Err("oui ou non"),
            };
            Ok(())
        },
    },
    Setting {
        name: "url",
        value: "URL",
        help: "Adresse publique du service, pour les URL qu’il écrit, par exemple https://ti.example.fr",
        default: "",
        read: |text, to| {
            to.url = (!text.is_empty()).then(|| public_url(text)).transpose()?;
            Ok(())
        },
    },
    Setting {
        name: "mandataires",
        value: "ADRESSES",
        help: "Mandataires (« proxies ») dont les en-têtes Forwarded ou X-Forwarded-* sont crus, adresses ou réseaux séparés par des virgules, par exemple 127.0.0.1,10.0.0.0/8",
        default: "",
        read: |text, to| {
            let items = text.split(',').map(str::trim).filter(|t| !t.is_empty());
            to.mandataires = items.map(proxy).collect::<Result<_, _>>()?;
            Ok(())
        },
    },
    Setting {
        name: "connexions",
        value: "NOMBRE",
        help: "Connexions à la fois ; les suivantes reçoivent 503",
        default: "4096",
        read: |text, to| number(text, 1..=1_000_000, &mut to.connexions, "de 1 à 1000000"),
    },
    Setting {
        name: "demandes",
        value: "NOMBRE",
        help: "Demandes en cours à la fois, hors réponses déjà prêtes ; les suivantes reçoivent 503",
        default: "1024",
        read: |text, to| number(text, 1..=100_000, &mut to.demandes, "de 1 à 100000"),
    },
    Setting {
        name: "retard",
        value: "MILLISECONDES",
        help: "Attente au-delà de laquelle un service très demandé refuse ce qui n’est pas déjà prêt (503) ; 0 : jamais",
        default: "4",
        read: |text, to| {
            let mut millis = 0;
            number(text, 0..=10_000, &mut millis, "de 0 à 10000")?;
            to.retard = Duration::from_millis(millis);
            Ok(())
        },
    },
    Setting {
        name: "debit",
        value: "NOMBRE",
        help: "Demandes par seconde et par client, au-delà de quoi il reçoit 429 ; 0 : sans limite",
        default: "0",
        read: |text, to| number(text, 0..=1_000_000, &mut to.debit, "de 0 à 1000000"),
    },
    Setting {
        name: "rafale",
        value: "NOMBRE",
        help: "Demandes qu’un client peut faire d’un coup avant que le débit compte",
        default: "200",
        read: |text, to| number(text, 1..=1_000_000, &mut to.rafale, "de 1 à 1000000"),
    },
    Setting {
        name: "attente",
        value: "NOMBRE",
        help: "Demandes qui peuvent attendre le dessin d’une tuile ou une recherche de voie",
        default: "512",
        read: |text, to| number(text, 0..=100_000, &mut to.attente, "de 0 à 100000"),
    },
    Setting {
        name: "fichiers",
        value: "NOMBRE",
        help: "Fichiers CSV traités à la fois",
        default: "8",
        read: |text, to| number(text, 1..=1_000, &mut to.fichiers, "de 1 à 1000"),
    },
    Setting {
        name: "attente-cartes",
        value: "NOMBRE",
        help: "Cartes à imprimer qui peuvent attendre leur tour ; une seule est dessinée à la fois",
        default: "6",
        read: |text, to| number(text, 0..=1_000, &mut to.attente_cartes, "de 0 à 1000"),
    },
    Setting {
        name: "cache-tuiles",
        value: "MIO",
        help: "Mémoire pour les tuiles, en mébioctets",
        default: "64",
        read: |text, to| mebibytes(text, &mut to.cache_tuiles),
    },
    Setting {
        name: "cache-reponses",
        value: "MIO",
        help: "Mémoire pour les pages et les listes, en mébioctets",
        default: "32",
        read: |text, to| mebibytes(text, &mut to.cache_reponses),
    },
    Setting {
        name: "cache-cartes",
        value: "MIO",
        help: "Mémoire pour les cartes à imprimer, en mébioctets",
        default: "64",
        read: |text, to| mebibytes(text, &mut to.cache_cartes),
    },
    Setting {
        name: "cache-exports",
        value: "MIO",
        help: "Place sur le disque pour les exports, en mébioctets, dans TMPDIR",
        default: "512",
        read: |text, to| mebibytes(text, &mut to.cache_exports),
    },
    Setting {
        name: "delai-entetes",
        value: "SECONDES",
        help: "Temps pour envoyer l’en-tête d’une demande, ou la demande suivante",
        default: "30",
        read: |text, to| seconds(text, &mut to.delai_entetes),
    },
    Setting {
        name: "delai-inactif",
        value: "SECONDES",
        help: "Temps sans rien envoyer d’un corps, ou sans rien lire d’une réponse",
        default: "30",
        read: |text, to| seconds(text, &mut to.delai_inactif),
    },
    Setting {
        name: "delai-reponse",
        value: "SECONDES",
        help: "Temps pour qu’une réponse commence ; au-delà, 503",
        default: "60",
        read: |text, to| seconds(text, &mut to.delai_reponse),
    },
    Setting {
        name: "delai-arret",
        value: "SECONDES",
        help: "Temps laissé aux demandes en cours après SIGTERM",
        default: "10",
        read: |text, to| seconds(text, &mut to.delai_arret),
    },
    Setting {
        name: "journal",
        value: "FORME",
        help: "Forme du journal : texte, ou json (un objet par ligne)",
        default: "texte",
        read: |text, to| {
            to.journal = match text {
                "texte" => Journal::Text,
                "json" => Journal::Json,
                _ => return Err("texte ou json"),
            };
            Ok(())
        },
    },
    Setting {
        name: "niveau",
        value: "NIVEAU",
        help: "Ce que le journal retient : error, warn, info, debug, trace, ou des directives comme info,territoires=debug",
        default: "info",
        read: |text, to| {
            let works =
                "error, warn, info, debug, trace, ou des directives comme info,territoires=debug";
            let is_plain = !text.trim().is_empty() && text.len() <= 1000;
            text.clone_into(&mut to.niveau);
            is_plain.then_some(()).ok_or(works)
        },
    },
];

fn number<T: FromStr + PartialOrd + Copy>(
    text: &str,
    range: std::ops::RangeInclusive<T>,
    to: &mut T,
    works: &'static str,
) -> Result<(), &'static str> {
    let number = text.parse().ok().filter(|n| range.contains(n));
    *to = number.ok_or(works)?;
    Ok(())
}

fn mebibytes(text: &str, to: &mut u64) -> Result<(), &'static str> {
    let mut count = 0;
    number(text, 0..=1 << 20, &mut count, "de 0 à 1048576 mébioctets")?;
    *to = count * MIB;
    Ok(())
}

fn seconds(text: &str, to: &mut Duration) -> Result<(), &'static str> {
    let mut count = 0;
    number(text, 1..=3600, &mut count, "de 1 à 3600 secondes")?;
    *to = Duration::from_secs(count);
    Ok(())
}

/// An address or a network of proxies.
fn proxy(text: &str) -> Result<IpNet, &'static str> {
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    let works = "des adresses ou des réseaux, par exemple 127.0.0.1,10.0.0.0/8";
    text.parse().ok().or_else(address).ok_or(works)
}

/// A public address without a slash at the end.
fn public_url(text: &str) -> Result<String, &'static str> {
    let scheme = ["https://", "http://"]
        .iter()
        .find(|s| text.starts_with(**s));
    let host = scheme.map_or("", |s| text[s.len()..].trim_end_matches('/'));
    let plain = |b: u8| b.is_ascii_graphic() && !b"\"<>'".contains(&b);
    (!host.is_empty() && text.len() <= 500 && text.bytes().all(plain))
        .then(|| text.trim_end_matches('/').to_owned())
        .ok_or("une adresse complète, par exemple https://ti.example.fr")
}
