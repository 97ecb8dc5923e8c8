//! Places on the map.

use serde::{Deserialize, Serialize};

/// Metres in a degree of latitude, on a sphere of the Earth's mean radius (6,371,008.8 m).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A position in degrees (WGS 84).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "RawPosition")]
pub struct Position {
    lat: f64,
    lon: f64,
}

/// A position that is not on the Earth.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a position: latitude is -90 to 90 degrees and longitude -180 to 180")]
pub struct BadPosition;

#[derive(Deserialize)]
struct RawPosition {
    lat: f64,
    lon: f64,
}

impl TryFrom<RawPosition> for Position {
    type Error = BadPosition;
    fn try_from(raw: RawPosition) -> Result<Self, BadPosition> {
        Self::new(raw.lat, raw.lon)
    }
}

impl Position {
    /// The position at `lat`, `lon` degrees.
    pub fn new(lat: f64, lon: f64) -> Result<Self, BadPosition> {
        let on_earth = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        if on_earth { Ok(Self { lat, lon }) } else { Err(BadPosition) }
    }

    /// Degrees north.
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// Degrees east.
    pub fn lon(self) -> f64 {
        self.lon
    }

    /// Metres to `other` along the great circle.
    pub fn metres_to(self, other: Self) -> f64 {
        let (lat1, lat2) = (self.lat.to_radians(), other.lat.to_radians());
        let half_lat = ((lat2 - lat1) / 2.0).sin();
        let half_lon = ((other.lon - self.lon).to_radians() / 2.0).sin();
        let chord = half_lat * half_lat + lat1.cos() * lat2.cos() * half_lon * half_lon;
        2.0 * EARTH_RADIUS_M * chord.sqrt().min(1.0).asin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_of_latitude_is_a_sea_mile() {
        let metres =
            Position::new(16.0, 108.0).unwrap().metres_to(Position::new(16.0 + 1.0 / 60.0, 108.0).unwrap());
        assert!((metres - 1853.0).abs() < 2.0, "{metres}");
    }

    #[test]
    fn nowhere_is_refused() {
        assert_eq!(Position::new(91.0, 0.0), Err(BadPosition));
        assert_eq!(Position::new(f64::NAN, 0.0), Err(BadPosition));
        assert!(serde_json::from_str::<Position>(r#"{"lat":0,"lon":181}"#).is_err());
    }
}
