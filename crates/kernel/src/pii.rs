//! Personal data, wrapped so that it cannot slip into a log or the journal.

use serde::{Deserialize, Deserializer};
use std::fmt;

/// Something that tells who a person is: a name, a phone number, an address, a note about health.
///
/// It does not print (`Debug` shows `Pii(..)`) and does not serialise, so an entry or a log line that
/// holds one does not compile. An answer to someone who may read it marks the field with
/// `#[serde(serialize_with = "kernel::shown")]`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pii<T>(T);

impl<T> Pii<T> {
    /// Wraps personal data.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The data itself: for the vault, and for answers to someone who may read it.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// Unwraps the data.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pii(..)")
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pii<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

// `PartialSchema` follows from it, and the derives need it for a generic type.
impl<T: utoipa::__dev::ComposeSchema> utoipa::__dev::ComposeSchema for Pii<T> {
    fn compose(
        generics: Vec<utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>>,
    ) -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        T::compose(generics)
    }
}

impl<T: utoipa::ToSchema + utoipa::__dev::ComposeSchema> utoipa::ToSchema for Pii<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        T::name()
    }
}

/// Serialises the data behind a [`Pii`], or behind an `Option` of one, in an answer to a person who may read it.
pub fn shown<P: Exposed, S: serde::Serializer>(data: &P, serializer: S) -> Result<S::Ok, S::Error> {
    data.expose_to(serializer)
}

/// What [`shown`] can serialise.
pub trait Exposed {
    /// Serialises the wrapped data.
    fn expose_to<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

impl<T: serde::Serialize> Exposed for Pii<T> {
    fn expose_to<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<T: serde::Serialize> Exposed for Option<Pii<T>> {
    fn expose_to<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(Pii(value)) => serializer.serialize_some(value),
            None => serializer.serialize_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_does_not_print() {
        assert_eq!(format!("{:?}", Pii::new("Nguyễn Văn An")), "Pii(..)");
    }
}
