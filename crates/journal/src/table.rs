//! The tables of a database, as the database itself lists them.

use crate::Schema;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Real,
    Text,
    Bytes,
}

impl Kind {
    /// The kind that this type of a migration, in lower or upper case, means.
    pub(crate) fn of(declared: &str) -> Result<Self, String> {
        match declared.to_ascii_uppercase().as_str() {
            "BIGINT" | "INTEGER" => Ok(Self::Int),
            "DOUBLE PRECISION" => Ok(Self::Real),
            "TEXT" => Ok(Self::Text),
            "BYTEA" => Ok(Self::Bytes),
            other => {
                Err(format!("a column of type {other}: BIGINT, DOUBLE PRECISION, TEXT or BYTEA is needed"))
            }
        }
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    /// The columns of its primary key, in the key's order.
    pub(crate) key: Vec<usize>,
}

/// Who fills a table, and so what a rebuild and a backup do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The entries themselves.
    Entries,
    /// Made of entries and nothing else.
    View,
    /// Which steps of the schema have run.
    Migrations,
    /// Everything else: the vault, heads, answers, cursors, and what capabilities keep beside the journal.
    Beside,
}

impl Table {
    /// The same, with the columns of its key: (place in the key, column).
    pub(crate) fn with_key(mut self, mut key: Vec<(i64, usize)>) -> Self {
        key.sort_unstable();
        self.key = key.into_iter().map(|(_, column)| column).collect();
        self
    }

    /// Who fills it.
    pub(crate) fn role(&self, schema: &Schema) -> Role {
        match self.name.as_str() {
            "entries" => Role::Entries,
            "migrations" => Role::Migrations,
            name if schema.views().any(|view| view == name) => Role::View,
            _ => Role::Beside,
        }
    }

    /// Its columns, for a list in SQL.
    pub(crate) fn column_list(&self) -> String {
        self.columns.iter().map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ")
    }

    /// All its rows in the order of the key, the same on both engines: text is compared by its bytes.
    pub(crate) fn select_in_order(&self, bytewise: &str) -> String {
        let keys = self.key.iter().map(|key| &self.columns[*key]);
        let order = keys.map(|column| match column.kind {
            Kind::Text => format!("{}{bytewise}", quoted(&column.name)),
            _ => quoted(&column.name),
        });
        let order = order.collect::<Vec<_>>().join(", ");
        let order = if order.is_empty() { "1".to_owned() } else { order };
        format!("SELECT {} FROM {} ORDER BY {order}", self.column_list(), quoted(&self.name))
    }

    /// The statement that stores one row.
    pub(crate) fn insert(&self) -> String {
        let places = (1..=self.columns.len()).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ");
        format!("INSERT INTO {} ({}) VALUES ({places})", quoted(&self.name), self.column_list())
    }

    /// The statement that takes all rows out.
    pub(crate) fn delete_all(&self) -> String {
        format!("DELETE FROM {}", quoted(&self.name))
    }

    /// The statement that makes a table of this shape; which columns may be NULL is not known.
    pub(crate) fn create(&self) -> String {
        let columns = self.columns.iter().map(|column| {
            let kind = match column.kind {
                Kind::Int => "BIGINT",
                Kind::Real => "DOUBLE PRECISION",
                Kind::Text => "TEXT",
                Kind::Bytes => "BYTEA",
            };
            format!("{} {kind}", quoted(&column.name))
        });
        let columns = columns.collect::<Vec<_>>().join(", ");
        let key = self.key.iter().map(|key| quoted(&self.columns[*key].name)).collect::<Vec<_>>().join(", ");
        let key = if key.is_empty() { String::new() } else { format!(", PRIMARY KEY ({key})") };
        format!("CREATE TABLE {} ({columns}{key})", quoted(&self.name))
    }

    /// Where this column stands.
    pub(crate) fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|own| own.name == column)
    }
}

/// A name as it stands in SQL.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
