//! Plain plots as SVG, readable on light and on dark ground.

use crate::ticks;
use std::fmt::Write as _;

/// One picture of a plot.
#[derive(Clone, Debug)]
pub enum Panel {
    /// One bar a value.
    Bars(Bars),
    /// Lines through points.
    Lines(Lines),
}

/// Bars, and a mark for what is wanted.
#[derive(Clone, Debug)]
pub struct Bars {
    /// What they show, unit last.
    pub title: String,
    /// Label, value and colour.
    pub each: Vec<(String, f64, Tone)>,
    /// What is wanted, and its label.
    pub wanted: Option<(f64, String)>,
}

/// A line's label, colour and points.
pub type Line = (String, Tone, Vec<(f64, f64)>);

/// Lines over a common axis.
#[derive(Clone, Debug)]
pub struct Lines {
    /// What they show.
    pub title: String,
    /// What runs to the right.
    pub right: &'static str,
    /// What runs upwards.
    pub up: &'static str,
    /// Whether each step to the right is a multiple.
    pub by_multiples: bool,
    /// Label, colour and points.
    pub each: Vec<Line>,
}

/// Who a colour stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// The program.
    Ours,
    /// The program with TLS, or its second measure.
    OursToo,
    /// The peer.
    Peer,
    /// The peer with TLS.
    PeerToo,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Ours => "a",
            Self::OursToo => "b",
            Self::Peer => "c",
            Self::PeerToo => "d",
        }
    }
}

const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#24292f}.t{font-weight:600;font-size:14px}\
.s{fill:#57606a;font-size:12px}.p{fill:#ffffff;stroke:#d0d7de}.g{stroke:#d8dee4;stroke-width:1}\
.w{stroke:#8c1d40;stroke-width:1.5;stroke-dasharray:5 4}.l{fill:none;stroke-width:2.2}\
.a{fill:#0b5cad;stroke:#0b5cad}.b{fill:#4fa3e3;stroke:#4fa3e3}.c{fill:#c2570c;stroke:#c2570c}\
.d{fill:#e8a15c;stroke:#e8a15c}.l.a,.l.b,.l.c,.l.d{fill:none}.l.b,.l.d{stroke-dasharray:7 3}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.s{fill:#9da7b1}.p{fill:#0d1117;stroke:#30363d}\
.g{stroke:#21262d}.w{stroke:#ff9bb3}.a{fill:#4ea1f3;stroke:#4ea1f3}.b{fill:#9ccbf8;stroke:#9ccbf8}\
.c{fill:#f0883e;stroke:#f0883e}.d{fill:#f7c08a;stroke:#f7c08a}}";

const WIDE: f64 = 470.0;
const HIGH: f64 = 280.0;
const LEFT: f64 = 62.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 48.0;

/// The panels, two in a row, as one SVG.
pub fn svg(name: &str, panels: &[Panel]) -> String {
    let rows = panels.len().div_ceil(2).max(1);
    let columns = panels.len().clamp(1, 2);
    let (width, height) = (real(columns) * WIDE, real(rows) * HIGH);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-label=\"{}\">\n<style>{STYLE}</style>\n\
         <rect class=\"p\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n",
        safe(&format!("Bench {name}")),
        width - 1.0,
        height - 1.0
    );
    for (at, panel) in panels.iter().enumerate() {
        // Writing to a text cannot fail.
        let _ = writeln!(svg, "<g transform=\"translate({} {})\">", real(at % 2) * WIDE, real(at / 2) * HIGH);
        match panel {
            Panel::Bars(bars) => bars.draw(&mut svg),
            Panel::Lines(lines) => lines.draw(&mut svg),
        }
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

impl Bars {
    fn draw(&self, svg: &mut String) {
        let label_space = 150.0;
        let room = WIDE - label_space - 84.0;
        let values =
            self.each.iter().map(|(_, value, _)| *value).chain(self.wanted.iter().map(|(value, _)| *value));
        let most = values.filter(|value| value.is_finite()).fold(0.0, f64::max);
        let axis = ticks::up_to(most, 4);
        let end = axis.last().copied().unwrap_or(1.0);
        let x = |value: f64| label_space + room * (value / end).clamp(0.0, 1.0);
        let bottom = HIGH - BOTTOM;
        text(svg, 16.0, 26.0, "t", "start", &self.title);
        for tick in &axis {
            let at = x(*tick);
            line(svg, "g", (at, TOP), (at, bottom));
            text(svg, at, bottom + 16.0, "s", "middle", &ticks::told(*tick));
        }
        let each = (bottom - TOP) / real(self.each.len().max(1));
        let thick = (each * 0.62).min(30.0);
        for (at, (label, value, tone)) in self.each.iter().enumerate() {
            let middle = TOP + each * (real(at) + 0.5);
            text(svg, label_space - 8.0, middle + 4.5, "", "end", label);
            let long = (x(*value) - label_space).max(1.0);
            let _ = writeln!(
                svg,
                "<rect class=\"{}\" x=\"{label_space}\" y=\"{:.1}\" width=\"{long:.1}\" height=\"{thick:.1}\" rx=\"2\"/>",
                tone.class(),
                middle - thick / 2.0
            );
            text(svg, x(*value) + 6.0, middle + 4.5, "", "start", &crate::report::figure(*value));
        }
        if let Some((value, label)) = &self.wanted {
            line(svg, "w", (x(*value), TOP - 4.0), (x(*value), bottom));
            text(svg, x(*value), HIGH - 14.0, "s", "middle", label);
        }
    }
}

impl Lines {
    fn draw(&self, svg: &mut String) {
        let points = || {
            self.each.iter().flat_map(|(_, _, points)| points).filter(|(x, y)| x.is_finite() && y.is_finite())
        };
        let (least, most) =
            points().fold((f64::MAX, 0.0_f64), |(least, most), (x, _)| (least.min(*x), most.max(*x)));
        let up = ticks::up_to(points().map(|(_, y)| *y).fold(0.0, f64::max), 4);
        let across =
            if self.by_multiples { ticks::of_ten(least.min(most), most) } else { ticks::up_to(most, 5) };
        let (right, bottom) = (WIDE - 18.0, HIGH - BOTTOM);
        let share = |value: f64| {
            let (from, to) = (across[0], across[across.len() - 1]);
            if self.by_multiples { (value.max(from) / from).ln() / (to / from).ln() } else { value / to }
        };
        let x = |value: f64| LEFT + (right - LEFT) * share(value).clamp(0.0, 1.0);
        let y = |value: f64| bottom - (bottom - TOP) * (value / up[up.len() - 1]).clamp(0.0, 1.0);
        text(svg, 16.0, 26.0, "t", "start", &self.title);
        for tick in &up {
            line(svg, "g", (LEFT, y(*tick)), (right, y(*tick)));
            text(svg, LEFT - 6.0, y(*tick) + 4.0, "s", "end", &ticks::told(*tick));
        }
        for tick in &across {
            line(svg, "g", (x(*tick), TOP), (x(*tick), bottom));
            text(svg, x(*tick), bottom + 16.0, "s", "middle", &ticks::told(*tick));
        }
        text(svg, f64::midpoint(LEFT, right), HIGH - 12.0, "s", "middle", self.right);
        let _ = writeln!(
            svg,
            "<text class=\"s\" text-anchor=\"middle\" transform=\"translate(16 {}) rotate(-90)\">{}</text>",
            f64::midpoint(TOP, bottom),
            safe(self.up)
        );
        for (at, (label, tone, points)) in self.each.iter().enumerate() {
            let path: Vec<String> =
                points.iter().map(|(px, py)| format!("{:.1},{:.1}", x(*px), y(*py))).collect();
            let class = tone.class();
            let _ = writeln!(svg, "<polyline class=\"l {class}\" points=\"{}\"/>", path.join(" "));
            if points.len() <= 8 {
                for (px, py) in points {
                    let _ = writeln!(
                        svg,
                        "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\"/>",
                        x(*px),
                        y(*py)
                    );
                }
            }
            let row = bottom - 14.0 - 17.0 * real(self.each.len() - 1 - at);
            line(svg, &format!("l {class}"), (right - 176.0, row - 4.0), (right - 152.0, row - 4.0));
            text(svg, right - 146.0, row, "s", "start", label);
        }
    }
}

fn line(svg: &mut String, class: &str, from: (f64, f64), to: (f64, f64)) {
    let _ = writeln!(
        svg,
        "<line class=\"{class}\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
        from.0, from.1, to.0, to.1
    );
}

fn text(svg: &mut String, x: f64, y: f64, class: &str, anchor: &str, says: &str) {
    let _ = writeln!(
        svg,
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>",
        safe(says)
    );
}

fn safe(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn real(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_shows_every_bar_and_line_and_is_well_formed() {
        let bars = Bars {
            title: "Entries & more, 1/s".into(),
            each: vec![("program".into(), 30.0, Tone::Ours), ("bare".into(), 50.0, Tone::Peer)],
            wanted: Some((30.0, "0.6x".into())),
        };
        let lines = Lines {
            title: "Growth".into(),
            right: "devices",
            up: "ms",
            by_multiples: true,
            each: vec![("p50".into(), Tone::Ours, vec![(1_200.0, 0.5), (19_200.0, 0.6)])],
        };
        let svg = svg("x", &[Panel::Bars(bars), Panel::Lines(lines)]);
        assert_eq!(svg.matches("<rect").count(), 1 + 2);
        assert_eq!(svg.matches("<polyline").count(), 1);
        assert!(svg.contains("Entries &amp; more") && !svg.contains("NaN") && !svg.contains("inf"));
        let tags = |tag: &str| svg.matches(tag).count();
        assert_eq!((tags("<g "), tags("<text")), (tags("</g>"), tags("</text>")));
    }

    #[test]
    fn nothing_measured_still_draws() {
        let lines = Lines { title: String::new(), right: "", up: "", by_multiples: true, each: Vec::new() };
        let bars =
            Bars { title: String::new(), each: vec![("x".into(), f64::NAN, Tone::Ours)], wanted: None };
        assert!(svg("x", &[Panel::Lines(lines), Panel::Bars(bars)]).ends_with("</svg>\n"));
    }
}
