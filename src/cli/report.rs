//! What a check prints: a line for every part, and for what is wrong its mend.

/// Counts what is wrong.
#[derive(Default)]
pub(super) struct Report {
    bad: usize,
}

impl Report {
    pub(super) fn fine(&self, part: &str, words: &str) {
        println!("ok    {part}: {words}");
    }

    pub(super) fn note(&self, part: &str, words: &str) {
        println!("note  {part}: {words}");
    }

    pub(super) fn wrong(&mut self, part: &str, words: &str, mend: &str) {
        self.bad += 1;
        println!("WRONG {part}: {words}\n      mend: {mend}");
    }

    /// The last line, and the exit code.
    pub(super) fn end(&self) -> i32 {
        println!();
        if self.bad == 0 {
            println!("All is well.");
            0
        } else {
            println!("{} to mend.", self.bad);
            1
        }
    }
}
