//! Round numbers along an axis.

/// At most `most + 1` round numbers from 0 up to `end` or a little beyond.
pub fn up_to(end: f64, most: u32) -> Vec<f64> {
    let end = if end.is_finite() && end > 0.0 { end } else { 1.0 };
    let least = end / f64::from(most);
    let ten = 10_f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * ten).find(|step| *step >= least * 0.999);
    let step = step.unwrap_or(ten * 10.0);
    (0..=most + 1).map(|n| f64::from(n) * step).take_while(|tick| *tick < end + step).collect()
}

/// The powers of ten (and, where there are few, 2 and 5 times them) that lie around `from` to `to`.
pub fn of_ten(from: f64, to: f64) -> Vec<f64> {
    let (from, to) = (from.max(1e-9), to.max(from.max(1e-9) * 1.01));
    let (first, last) = (from.log10().floor(), to.log10().ceil());
    let mut ticks = Vec::new();
    let mut power = first;
    while power <= last {
        ticks.extend([1.0, 2.0, 5.0].map(|n| n * 10_f64.powf(power)));
        power += 1.0;
    }
    let below = ticks.iter().rposition(|tick| *tick <= from * 1.001).unwrap_or(0);
    let above = ticks.iter().position(|tick| *tick >= to * 0.999).unwrap_or(ticks.len() - 1);
    let ticks = &ticks[below..=above];
    if ticks.len() <= 7 {
        return ticks.to_vec();
    }
    let is_end = |at: usize| at == 0 || at == ticks.len() - 1;
    let is_power = |tick: f64| (tick.log10() - tick.log10().round()).abs() < 1e-9;
    let kept = ticks.iter().enumerate().filter(|(at, tick)| is_end(*at) || is_power(**tick));
    kept.map(|(_, tick)| *tick).collect()
}

/// A number as an axis shows it.
pub fn told(value: f64) -> String {
    let short = |value: f64, unit: &str| format!("{}{unit}", trimmed(value));
    match value.abs() {
        1e6.. => short(value / 1e6, "M"),
        1e4.. => short(value / 1e3, "k"),
        _ => trimmed(value),
    }
}

fn trimmed(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_reach_the_end() {
        assert_eq!(up_to(0.93, 4), [0.0, 0.5, 1.0]);
        assert_eq!(up_to(80.0, 4), [0.0, 20.0, 40.0, 60.0, 80.0]);
        assert_eq!(up_to(0.0, 4).last(), Some(&1.0));
        assert_eq!(of_ten(0.3, 4.0), [0.2, 0.5, 1.0, 2.0, 5.0]);
        let wide = of_ten(0.1, 9_000.0);
        assert_eq!((wide[0], wide[wide.len() - 1], wide.len()), (0.1, 10_000.0, 6));
    }

    #[test]
    fn an_axis_speaks_briefly() {
        assert_eq!([0.5, 12.0, 19_200.0, 1.5e6].map(told), ["0.5", "12", "19.2k", "1.5M"]);
    }
}
