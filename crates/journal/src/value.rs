//! SQL as values: a statement is text and its values, and a row is values; nothing here touches a database.

use liengia_kernel::Timestamp;
use std::borrow::Cow;

/// One value of a column or a placeholder.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// BIGINT: numbers, booleans (0 and 1), times (microseconds UTC).
    Int(i64),
    /// DOUBLE PRECISION.
    Real(f64),
    /// TEXT.
    Text(String),
    /// BYTEA.
    Bytes(Vec<u8>),
}

macro_rules! value_from {
    ($($from:ty => |$name:ident| $value:expr),+ $(,)?) => {$(
        impl From<$from> for Value {
            fn from($name: $from) -> Self {
                $value
            }
        }
    )+};
}

value_from! {
    i64 => |number| Self::Int(number),
    i32 => |number| Self::Int(number.into()),
    u32 => |number| Self::Int(number.into()),
    u16 => |number| Self::Int(number.into()),
    u64 => |number| Self::Int(i64::try_from(number).unwrap_or(i64::MAX)),
    usize => |number| Self::Int(i64::try_from(number).unwrap_or(i64::MAX)),
    bool => |truth| Self::Int(truth.into()),
    f64 => |number| Self::Real(number),
    Timestamp => |time| Self::Int(time.as_micros()),
    String => |text| Self::Text(text),
    &String => |text| Self::Text(text.clone()),
    &str => |text| Self::Text(text.to_owned()),
    Vec<u8> => |bytes| Self::Bytes(bytes),
    &[u8] => |bytes| Self::Bytes(bytes.to_vec()),
    [u8; 32] => |bytes| Self::Bytes(bytes.to_vec()),
}

/// The text of an id, as `Display` writes it, but quicker: every entry stores a dozen.
fn id_text(bytes: &[u8; 16]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

macro_rules! value_from_ids {
    ($($id:ident),+ $(,)?) => {$(
        impl From<liengia_kernel::$id> for Value {
            fn from(id: liengia_kernel::$id) -> Self {
                Self::Text(id_text(id.as_bytes()))
            }
        }
    )+};
}

value_from_ids! {
    AccountId, AlarmId, CameraId, CommuneId, DelayId, DeviceId, EntryId, ExportId, HoldId, HouseholdId,
    InvitationId, LookId, OrderId, PasskeyId, PersonId, PlaceId, PointId, SessionId, ShiftId, SightingId, SiteId, TeamId,
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A statement: SQL text with `$1` placeholders, and their values.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The text, the same for both engines.
    pub sql: Cow<'static, str>,
    /// One value a placeholder, `$1` first.
    pub values: Vec<Value>,
}

impl Statement {
    /// A statement with these values.
    pub fn new(sql: impl Into<Cow<'static, str>>, values: impl Into<Vec<Value>>) -> Self {
        Self { sql: sql.into(), values: values.into() }
    }

    /// Appends text, which never comes from outside: what does is a value, see [`Self::place`].
    pub fn add(&mut self, sql: &str) {
        self.sql.to_mut().push_str(sql);
    }

    /// Appends a value and answers its placeholder.
    pub fn place(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }
}

/// Builds a [`Statement`], each value converted into a [`Value`]:
/// `statement!("UPDATE bell SET label = $2 WHERE bell = $1", bell, label)`.
#[macro_export]
macro_rules! statement {
    ($sql:expr $(, $value:expr)* $(,)?) => {
        $crate::Statement::new($sql, vec![$($crate::Value::from($value)),*])
    };
}

/// A row that a query answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(pub Vec<Value>);

/// A column that does not hold what the code expects: the query and its reader disagree.
#[derive(Debug, thiserror::Error, PartialEq)]
#[error("column {column} holds {found}, but {wanted} was expected")]
pub struct BadColumn {
    column: usize,
    found: String,
    wanted: &'static str,
}

impl Row {
    fn bad<T>(&self, column: usize, wanted: &'static str) -> Result<T, BadColumn> {
        let found = match self.0.get(column) {
            None => "no value".to_owned(),
            // Only the kind: the value may be personal.
            Some(Value::Null) => "NULL".to_owned(),
            Some(Value::Int(_)) => "a number".to_owned(),
            Some(Value::Real(_)) => "a real number".to_owned(),
            Some(Value::Text(_)) => "text".to_owned(),
            Some(Value::Bytes(_)) => "bytes".to_owned(),
        };
        Err(BadColumn { column, found, wanted })
    }

    /// The number in this column.
    pub fn int(&self, column: usize) -> Result<i64, BadColumn> {
        match self.0.get(column) {
            Some(Value::Int(number)) => Ok(*number),
            _ => self.bad(column, "a number"),
        }
    }

    /// The number in this column, as a count: never negative.
    pub fn count(&self, column: usize) -> Result<u64, BadColumn> {
        self.int(column)?.try_into().or_else(|_| self.bad(column, "a count"))
    }

    /// The truth in this column.
    pub fn truth(&self, column: usize) -> Result<bool, BadColumn> {
        Ok(self.int(column)? != 0)
    }

    /// The time in this column.
    pub fn time(&self, column: usize) -> Result<Timestamp, BadColumn> {
        self.int(column).map(Timestamp::from_micros)
    }

    /// The real number in this column.
    pub fn real(&self, column: usize) -> Result<f64, BadColumn> {
        match self.0.get(column) {
            Some(Value::Real(number)) => Ok(*number),
            _ => self.bad(column, "a real number"),
        }
    }

    /// The text in this column.
    pub fn text(&self, column: usize) -> Result<&str, BadColumn> {
        match self.0.get(column) {
            Some(Value::Text(text)) => Ok(text),
            _ => self.bad(column, "text"),
        }
    }

    /// The bytes in this column.
    pub fn bytes(&self, column: usize) -> Result<&[u8], BadColumn> {
        match self.0.get(column) {
            Some(Value::Bytes(bytes)) => Ok(bytes),
            _ => self.bad(column, "bytes"),
        }
    }

    /// What the text in this column stands for: an id, a name of a closed list.
    pub fn parse<T: std::str::FromStr>(&self, column: usize) -> Result<T, BadColumn> {
        self.text(column)?.parse().or_else(|_| self.bad(column, std::any::type_name::<T>()))
    }

    /// `None` where the column is NULL, otherwise what `read` makes of it:
    /// `row.maybe(3, Row::time)`.
    pub fn maybe<'a, T>(
        &'a self,
        column: usize,
        read: impl FnOnce(&'a Self, usize) -> Result<T, BadColumn>,
    ) -> Result<Option<T>, BadColumn> {
        if self.0.get(column) == Some(&Value::Null) { Ok(None) } else { read(self, column).map(Some) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_stored_as_it_is_shown() {
        let id = liengia_kernel::EntryId::from_bytes(*b"\x01\x90 liengia entry");
        assert_eq!(Value::from(id), Value::Text(id.to_string()));
    }

    #[test]
    fn a_null_is_none_and_a_wrong_kind_says_so_without_the_value() {
        let row = Row(vec![Value::Null, Value::Text("Bà Lan".into())]);
        assert_eq!(row.maybe(0, Row::int), Ok(None));
        assert_eq!(row.int(1).unwrap_err().to_string(), "column 1 holds text, but a number was expected");
        assert_eq!(row.int(9).unwrap_err().to_string(), "column 9 holds no value, but a number was expected");
    }
}
