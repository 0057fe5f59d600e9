//! Lines and columns in a text.

use std::fmt;

/// A place in a text; both count from one, columns in bytes as the JSON reader does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    line: usize,
    column: usize,
}

impl Position {
    /// The start of the text.
    pub(super) const START: Position = Position { line: 1, column: 1 };

    /// Returns the place that a piece starting here calls `line` and `column`.
    pub(super) fn advance(self, line: usize, column: usize) -> Position {
        if line <= 1 {
            Position { line: self.line, column: self.column + column.saturating_sub(1) }
        } else {
            Position { line: self.line + line - 1, column }
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "line {} column {}", self.line, self.column)
    }
}

/// Finds the positions of ever later offsets of one text, in one pass over it.
pub(super) struct Cursor<'a> {
    text: &'a str,
    offset: usize,
    position: Position,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Cursor { text, offset: 0, position: Position::START }
    }

    /// Returns the position of `piece`, which must be a part of the text and must not lie before an earlier one.
    pub(super) fn position_of(&mut self, piece: &str) -> Position {
        let offset = (piece.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        self.position_at(offset)
    }

    /// Returns the position of the byte at `offset`, which must not lie before an earlier one.
    pub(super) fn position_at(&mut self, offset: usize) -> Position {
        for byte in self.text.as_bytes().get(self.offset..offset).unwrap_or_default() {
            self.position = match byte {
                b'\n' => Position { line: self.position.line + 1, column: 1 },
                _ => Position { line: self.position.line, column: self.position.column + 1 },
            };
        }
        self.offset = self.offset.max(offset);
        self.position
    }
}
