//! The answer to « is this in a Territoire d'industrie? ».

/// Yes, no, or it depends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reponse {
    /// In a territory, as a whole.
    Oui,
    /// In no territory.
    Non,
    /// It depends on which part or place is meant; the candidates say which.
    Incertain,
}

impl Reponse {
    /// The word of the public contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Oui => "oui",
            Self::Non => "non",
            Self::Incertain => "incertain",
        }
    }
}

/// What the question was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// A commune's code.
    Commune,
    /// A point.
    Point,
}

impl Base {
    /// The word of the public contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Commune => "commune",
            Self::Point => "point",
        }
    }
}
