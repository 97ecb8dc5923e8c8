//! Orders of courts and prosecutors, of which copies are kept.

use liengia_journal::{Journal, QueryError, Row, statement};
use liengia_kernel::{OrderId, PersonId, Pii, Timestamp};

/// An order of which a copy is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// Its id.
    pub order: OrderId,
    /// Who kept it.
    pub person: PersonId,
    /// When.
    pub kept_at: Timestamp,
    /// Its number.
    pub number: Option<Pii<String>>,
}

/// The copy of an order.
pub struct OrderCopy {
    /// What it is: `application/pdf` or a picture's kind.
    pub media: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

const COLUMNS: &str = "SELECT o.order_id, o.person, o.kept_at, c.number FROM orders o LEFT JOIN order_copies c \
                       ON c.commune = o.commune AND c.order_id = o.order_id WHERE o.commune = $1";

impl Order {
    /// The order with this id.
    pub async fn find(journal: &Journal, order: OrderId) -> Result<Option<Self>, QueryError> {
        let sql = format!("{COLUMNS} AND o.order_id = $2");
        journal.query(statement!(sql, journal.commune(), order)).await?.first().map(read).transpose()
    }

    /// Those before this one, the latest first.
    pub async fn last(
        journal: &Journal,
        before: Option<OrderId>,
        limit: u64,
    ) -> Result<Vec<Self>, QueryError> {
        let mut query = statement!(COLUMNS, journal.commune());
        if let Some(order) = before {
            let order = query.place(order);
            query.add(&format!(" AND o.order_id < {order}"));
        }
        let limit = query.place(limit);
        query.add(&format!(" ORDER BY o.order_id DESC LIMIT {limit}"));
        journal.query(query).await?.iter().map(read).collect()
    }

    /// Its copy, if that was not erased.
    pub async fn copy(journal: &Journal, order: OrderId) -> Result<Option<OrderCopy>, QueryError> {
        let sql = "SELECT media, copy FROM order_copies WHERE commune = $1 AND order_id = $2";
        let rows = journal.query(statement!(sql, journal.commune(), order)).await?;
        let copy =
            |row: &Row| Ok(OrderCopy { media: row.text(0)?.to_owned(), bytes: row.bytes(1)?.to_vec() });
        rows.first().map(copy).transpose()
    }
}

fn read(row: &Row) -> Result<Order, QueryError> {
    let number: Option<String> = row.maybe(3, |row, column| row.text(column).map(str::to_owned))?;
    Ok(Order {
        order: row.parse(0)?,
        person: row.parse(1)?,
        kept_at: row.time(2)?,
        number: number.map(Pii::new),
    })
}
