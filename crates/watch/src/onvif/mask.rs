//! Privacy masks that the camera itself draws (ONVIF Media2, 5.11: masks).
//!
//! Promises: masks are said to be set only if the camera, asked again, tells black rectangles that cover all that was asked.
//! While they are changed, new ones come before old ones go. A picture is given in thousandths from its upper left corner, as
//! a [`Mask`] is; the camera's own measure, -1 to 1 and upwards, never leaves this file.

use super::{
    Client, Flaw,
    profile::token_of,
    services::Service,
    xml::{Element, escaped},
};
use crate::event::Mask;
use std::fmt::Write as _;

/// How many masks of a camera are looked at.
const MOST: usize = 64;
/// How far an edge may lie from where it was asked to be: one hundredth of the picture, in the camera's measure.
const SLACK: f64 = 0.02;
/// What an unrounded number of the camera's may be wrong by, so that one hundredth is one hundredth.
const ROUNDING: f64 = 1e-6;

/// What became of masks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Masked {
    /// The camera tells that it covers every rectangle.
    MasksSet,
    /// It does not, and others must.
    CannotMask(CannotMask),
}

/// Why a camera cannot mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CannotMask {
    /// It has no Media2, or no masks in it.
    NotOffered,
    /// It has fewer masks than are asked for.
    TooMany {
        /// How many it has.
        most: u32,
    },
    /// Its masks blur, and do not hide.
    NotOpaque,
    /// Its masks cannot be rectangles, or became something else.
    NotRectangular,
    /// It said yes and did something else, or refused one of them. Some may be set.
    NotDone,
}

impl Client<'_> {
    /// Makes the masks of a video source's configuration (`Profile::configuration`) exactly these rectangles, and asks the
    /// camera whether it did. A [`Flaw`] if it cannot be asked: then nobody knows what it masks. An exchange for each mask
    /// that comes or goes, 64 at the most, and three more. What shows the same source in another configuration keeps its own.
    pub fn set_masks(&mut self, configuration: &str, masks: &[Mask]) -> Result<Masked, Flaw> {
        let most = match self.room_for(configuration, masks.len()) {
            Ok(Ok(most)) => most,
            Ok(Err(cannot)) => return Ok(Masked::CannotMask(cannot)),
            Err(flaw) => return cannot(flaw, CannotMask::NotOffered),
        };
        let asked: Vec<Area> = masks.iter().copied().filter_map(Area::of).collect();
        let there = match self.masks(configuration) {
            Ok(there) => there,
            Err(flaw) => return cannot(flaw, CannotMask::NotOffered),
        };
        if let Err(flaw) = self.change(configuration, &asked, there, most) {
            return cannot(flaw, CannotMask::NotDone);
        }
        let there = self.masks(configuration)?;
        let hidden = |area: &Area| there.iter().any(|mask| mask.hides(area));
        Ok(if asked.iter().all(hidden) {
            Masked::MasksSet
        } else if there.iter().any(|mask| mask.area.is_none()) {
            Masked::CannotMask(CannotMask::NotRectangular)
        } else {
            Masked::CannotMask(CannotMask::NotDone)
        })
    }

    /// Whether the camera tells that nothing of these rectangles can be seen in a video source's configuration. Nothing is
    /// changed.
    pub fn hides(&mut self, configuration: &str, masks: &[Mask]) -> Result<bool, Flaw> {
        let there = self.masks(configuration)?;
        let mut asked = masks.iter().copied().filter_map(Area::of);
        Ok(asked.all(|area| there.iter().any(|mask| mask.hides(&area))))
    }

    /// How many masks it has, if so many are enough and they can hide a rectangle.
    fn room_for(&mut self, configuration: &str, wanted: usize) -> Result<Result<u32, CannotMask>, Flaw> {
        let inner = format!("<ConfigurationToken>{}</ConfigurationToken>", escaped(configuration));
        let answer = self.ask(Service::Media2, "GetMaskOptions", &inner)?;
        let Some(options) = answer.child("Options") else { return Ok(Err(CannotMask::NotOffered)) };
        let most = options.value_at::<u32>(&["MaxMasks"]).unwrap_or(0);
        let points = options.value_at::<u32>(&["MaxPoints"]).unwrap_or(4);
        let mut kinds =
            options.all("Types").filter_map(Element::text).flat_map(str::split_whitespace).peekable();
        let opaque = kinds.peek().is_none() || kinds.any(|kind| kind == "Color");
        let rectangles = options.attribute("RectangleOnly").is_some_and(is_true) || points >= 4;
        Ok(match usize::try_from(most) {
            _ if most == 0 => Err(CannotMask::NotOffered),
            Ok(most_here) if most_here.min(MOST) < wanted => Err(CannotMask::TooMany { most }),
            _ if !opaque => Err(CannotMask::NotOpaque),
            _ if !rectangles => Err(CannotMask::NotRectangular),
            _ => Ok(most),
        })
    }

    /// The masks that are there.
    fn masks(&mut self, configuration: &str) -> Result<Vec<Drawn>, Flaw> {
        let inner = format!("<ConfigurationToken>{}</ConfigurationToken>", escaped(configuration));
        let answer = self.ask(Service::Media2, "GetMasks", &inner)?;
        // Some cameras tell the masks of all their configurations.
        let ours = |mask: &&Element| {
            mask.text_at(&["ConfigurationToken"]).is_none_or(|token| token == configuration)
        };
        Ok(answer.all("Masks").filter(ours).take(MOST).filter_map(Drawn::read).collect())
    }

    /// Makes what is there what was asked: what fits stays, what is new comes, and then what is left goes.
    fn change(
        &mut self,
        configuration: &str,
        asked: &[Area],
        mut there: Vec<Drawn>,
        most: u32,
    ) -> Result<(), Flaw> {
        let mut count = u32::try_from(there.len()).unwrap_or(u32::MAX);
        let mut missing = Vec::new();
        for area in asked {
            match there.iter().position(|mask| mask.hides(area) && mask.is_no_larger(area)) {
                Some(at) => drop(there.swap_remove(at)),
                None => missing.push(area),
            }
        }
        for area in missing {
            if count < most {
                self.ask(Service::Media2, "CreateMask", &area.drawn(None, configuration))?;
                count += 1;
            } else if let Some(old) = there.pop() {
                self.ask(Service::Media2, "SetMask", &area.drawn(Some(&old.token), configuration))?;
            }
        }
        for old in there {
            self.ask(Service::Media2, "DeleteMask", &format!("<Token>{}</Token>", escaped(&old.token)))?;
        }
        Ok(())
    }
}

/// What a refusal means for masks; other flaws say nothing of them.
fn cannot(flaw: Flaw, refusal: CannotMask) -> Result<Masked, Flaw> {
    match flaw {
        Flaw::NotSupported | Flaw::Refused { .. } => Ok(Masked::CannotMask(refusal)),
        other => Err(other),
    }
}

fn is_true(text: &str) -> bool {
    matches!(text, "true" | "1")
}

/// A rectangle in the camera's measure: -1 to 1, upwards.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Area {
    left: f64,
    bottom: f64,
    right: f64,
    top: f64,
}

impl Area {
    /// None if there is nothing of it in the picture.
    fn of(mask: Mask) -> Option<Self> {
        let edge = |thousandths: u32| f64::from(thousandths.min(1000)) / 500.0 - 1.0;
        let (x, y) = (u32::from(mask.x), u32::from(mask.y));
        let area = Self {
            left: edge(x),
            right: edge(x + u32::from(mask.width)),
            top: -edge(y),
            bottom: -edge(y + u32::from(mask.height)),
        };
        (area.left < area.right && area.bottom < area.top).then_some(area)
    }

    /// The rectangle of which these are the corners, in whatever order; none if it is none.
    fn around(points: &[(f64, f64)]) -> Option<Self> {
        let (first, rest) = points.split_first()?;
        let mut area = Self { left: first.0, right: first.0, bottom: first.1, top: first.1 };
        for (x, y) in rest {
            (area.left, area.right) = (area.left.min(*x), area.right.max(*x));
            (area.bottom, area.top) = (area.bottom.min(*y), area.top.max(*y));
        }
        let is_corner = |(x, y): &(f64, f64), corner: &(f64, f64)| near(*x, corner.0) && near(*y, corner.1);
        let corners = area.corners();
        let all = corners.iter().all(|corner| points.iter().any(|point| is_corner(point, corner)));
        let only = points.iter().all(|point| corners.iter().any(|corner| is_corner(point, corner)));
        (all && only).then_some(area)
    }

    const fn corners(&self) -> [(f64, f64); 4] {
        [(self.left, self.bottom), (self.right, self.bottom), (self.right, self.top), (self.left, self.top)]
    }

    /// The element of a request that draws it.
    fn drawn(&self, token: Option<&str>, configuration: &str) -> String {
        let token = token.map(|token| format!(" token=\"{}\"", escaped(token))).unwrap_or_default();
        let mut points = String::new();
        for (x, y) in self.corners() {
            // Writing to a string never fails.
            let _ = write!(points, "<tt:Point x=\"{x:.3}\" y=\"{y:.3}\"/>");
        }
        format!(
            "<Mask{token}><ConfigurationToken>{}</ConfigurationToken><Polygon>{points}</Polygon>\
             <Type>Color</Type><Enabled>true</Enabled></Mask>",
            escaped(configuration),
        )
    }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= SLACK + ROUNDING
}

/// A mask as the camera tells it.
struct Drawn {
    token: String,
    /// None if it is no rectangle.
    area: Option<Area>,
    /// Whether it is switched on, and nothing can be seen through it.
    hides: bool,
}

impl Drawn {
    fn read(mask: &Element) -> Option<Self> {
        let points = mask.child("Polygon").map(|polygon| {
            let number = |point: &Element, name| point.attribute(name).and_then(|number| number.parse().ok());
            let point = |point| Some((number(point, "x")?, number(point, "y")?));
            polygon.all("Point").map(point).collect::<Option<Vec<(f64, f64)>>>()
        });
        let points =
            points.flatten().filter(|points| points.iter().all(|(x, y)| x.is_finite() && y.is_finite()));
        let opaque = mask.text_at(&["Type"]) == Some("Color");
        Some(Self {
            token: token_of(mask)?,
            area: points.and_then(|points| Area::around(&points)),
            hides: opaque && mask.text_at(&["Enabled"]).is_some_and(is_true),
        })
    }

    /// Whether nothing of this can be seen, to one hundredth of the picture, and to a quarter of what is small.
    fn hides(&self, area: &Area) -> bool {
        let slack = |span: f64| SLACK.min(span / 4.0) + ROUNDING;
        let (x, y) = (slack(area.right - area.left), slack(area.top - area.bottom));
        self.hides
            && self.area.is_some_and(|mask| {
                mask.left <= area.left + x
                    && mask.right >= area.right - x
                    && mask.bottom <= area.bottom + y
                    && mask.top >= area.top - y
            })
    }

    /// Whether it hides no more than this.
    fn is_no_larger(&self, area: &Area) -> bool {
        self.area.is_some_and(|mask| {
            near(mask.left, area.left)
                && near(mask.right, area.right)
                && near(mask.bottom, area.bottom)
                && near(mask.top, area.top)
        })
    }
}

#[cfg(test)]
#[path = "tests/masks.rs"]
mod tests;
