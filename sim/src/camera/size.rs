//! How large a simulated camera's pictures are.

/// How large the pictures are, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// 320 x 192, as a camera's small stream.
    Small,
    /// 640 x 360.
    #[default]
    Medium,
    /// 1280 x 720.
    Large,
}

impl Size {
    /// Pixels from left to right.
    pub const fn width(self) -> usize {
        match self {
            Self::Small => 320,
            Self::Medium => 640,
            Self::Large => 1_280,
        }
    }

    /// Pixels from top to bottom.
    pub const fn height(self) -> usize {
        match self {
            Self::Small => 192,
            Self::Medium => 360,
            Self::Large => 720,
        }
    }

    /// The side of one square of the bar at the top that tells the time, in pixels.
    pub const fn square(self) -> usize {
        self.width() / 40
    }

    /// Macroblocks from left to right.
    pub(super) const fn columns(self) -> usize {
        self.width() / 16
    }

    /// Macroblocks from top to bottom; the last row may be shown in part.
    pub(super) const fn rows(self) -> usize {
        self.height().div_ceil(16)
    }
}
