//! How a camera makes its pictures, and what of that it can be told.

use super::facts::words;
use serde::{Deserialize, Serialize};

words! {
    /// The filter that keeps infrared light out.
    IrCut {
        /// In: true colours, by day.
        On,
        /// Out: sees by infrared light.
        Off,
        /// As the camera finds it right.
        Auto,
    }
}

/// Settings of a camera's pictures, each if told or to be changed; the numbers are the camera's own, mostly 0 to 100.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Imaging {
    /// How bright.
    pub brightness: Option<f32>,
    /// How far light and dark lie apart.
    pub contrast: Option<f32>,
    /// The filter that keeps infrared light out.
    pub ir_cut: Option<IrCut>,
    /// Whether light and dark places are both made out, where the sun stands behind.
    pub wide_range: Option<bool>,
}

/// From least to most, as the camera counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The least.
    pub least: f32,
    /// The most.
    pub most: f32,
}

/// What a camera can be told about its pictures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImagingOptions {
    /// How bright, if that can be told.
    pub brightness: Option<Range>,
    /// How far light and dark may lie apart, if that can be told.
    pub contrast: Option<Range>,
    /// What its filter against infrared light can do; nothing where it has none.
    pub ir_cut: Vec<IrCut>,
    /// Whether it can make out light and dark places both.
    pub wide_range: bool,
}

impl Range {
    /// Whether a number lies in it.
    pub fn holds(self, number: f32) -> bool {
        (self.least..=self.most).contains(&number)
    }
}
