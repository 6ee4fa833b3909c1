//! Names of towns made comparable: « St Jean s/ Mer », `SAINT-JEAN-SUR-MER`.

/// A word as it is written out, or the word itself.
pub(super) fn written_out(word: &str) -> &str {
    match word {
        "st" => "saint",
        "ste" => "sainte",
        "sts" => "saints",
        "stes" => "saintes",
        "s" => "sur",
        "ss" => "sous",
        "mt" => "mont",
        "mts" => "monts",
        "gd" => "grand",
        "gde" => "grande",
        "ht" => "haut",
        "hte" => "haute",
        "lez" => "les",
        "nd" => "notredame",
        _ => word,
    }
}

/// Articles that people leave out before a name, and lists write after it.
pub(super) fn is_article(word: &str) -> bool {
    matches!(word, "le" | "la" | "les" | "l")
}

/// Words that join others: they are left out, mixed up and abbreviated.
pub(super) fn is_joining(word: &str) -> bool {
    is_article(word)
        || matches!(
            word,
            "d" | "de"
                | "du"
                | "des"
                | "en"
                | "es"
                | "sur"
                | "sous"
                | "s"
                | "ss"
                | "lez"
                | "et"
                | "a"
                | "au"
                | "aux"
                | "pres"
        )
}

/// A name in the forms that are compared, without spaces: where words part is the first thing that people lose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Name {
    /// All words written out.
    pub whole: String,
    /// How many bytes of `whole` are its article.
    pub article: usize,
    /// Without the words that join others; all words where no other is left.
    pub bare: String,
}

impl Name {
    /// The name of folded words.
    pub fn of<'w>(words: &(impl Iterator<Item = &'w str> + Clone)) -> Self {
        let mut name = Self::default();
        name.read(words);
        name
    }

    /// The same in the room of another name.
    pub fn read<'w>(&mut self, words: &(impl Iterator<Item = &'w str> + Clone)) {
        self.whole.clear();
        self.bare.clear();
        self.article = 0;
        for (i, word) in words.clone().enumerate() {
            if i == 0 && is_article(word) && words.clone().nth(1).is_some() {
                self.article = word.len();
            }
            self.whole.push_str(written_out(word));
            if !is_joining(word) {
                self.bare.push_str(written_out(word));
            }
        }
        if self.bare.is_empty() {
            self.bare.push_str(&self.whole);
        }
    }

    /// The name without its article.
    pub fn proper(&self) -> &str {
        &self.whole[self.article..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::of(&text.split(' '))
    }

    #[test]
    fn abbreviations_articles_and_joining_words_are_seen_through() {
        assert_eq!(name("st jean s mer"), name("saint jean sur mer"));
        let mans = name("le mans");
        assert_eq!((mans.whole.as_str(), mans.proper()), ("lemans", "mans"));
        assert_eq!(name("neuilly seine").bare, name("neuilly sur seine").bare);
        assert_eq!(name("les").bare, "les");
        assert_eq!(name("les").article, 0);
    }
}
