//! The register's part of the vault: statements that write personal data beside the entries that commit to it.

use crate::rules::{HouseholdParticulars, PersonParticulars};
use liengia_journal::{Commitment, Salt, Statement, statement};
use liengia_kernel::{CommuneId, HouseholdId, PersonId, Pii, fold};

/// A household's particulars, and the commitment to them.
pub fn household(
    commune: CommuneId,
    household: HouseholdId,
    salt: Salt,
    particulars: &HouseholdParticulars,
) -> (Commitment, Statement) {
    let label = particulars.label.expose();
    let position = particulars.position.as_ref().map(|position| *position.expose());
    let write = statement!(
        "INSERT INTO household_details (commune, household, salt, label, how_to_find, floor_notes, lat, lon, search) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (commune, household) DO UPDATE SET \
         salt = excluded.salt, label = excluded.label, how_to_find = excluded.how_to_find, \
         floor_notes = excluded.floor_notes, lat = excluded.lat, lon = excluded.lon, search = excluded.search",
        commune,
        household,
        salt.0.as_slice(),
        label,
        particulars.how_to_find.expose(),
        particulars.floor_notes.expose(),
        position.map(liengia_kernel::Position::lat),
        position.map(liengia_kernel::Position::lon),
        fold(label),
    );
    (salt.commit(&particulars.committed()), write)
}

/// A person's particulars, and the commitment to them.
pub fn person(
    commune: CommuneId,
    household: HouseholdId,
    person: PersonId,
    salt: Salt,
    particulars: &PersonParticulars,
) -> (Commitment, Statement) {
    let (name, phone) = (particulars.name.expose(), particulars.phone.expose());
    // Found by the number as people write it (0912…) and as it is kept (+84912…).
    let national = phone.strip_prefix("+84").map_or(String::new(), |rest| format!(" 0{rest}"));
    let write = statement!(
        "INSERT INTO person_details (commune, person, household, salt, name, phone, born, search) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (commune, person) DO UPDATE SET \
         household = excluded.household, salt = excluded.salt, name = excluded.name, phone = excluded.phone, \
         born = excluded.born, search = excluded.search",
        commune,
        person,
        household,
        salt.0.as_slice(),
        name,
        phone,
        particulars.born.as_ref().map(|born| *born.expose()),
        format!("{} {phone}{national}", fold(name)),
    );
    (salt.commit(&particulars.committed()), write)
}

/// A help note, and the commitment to it; an empty note removes what was there.
pub fn help_note(
    commune: CommuneId,
    person: PersonId,
    salt: Salt,
    note: &Pii<String>,
) -> (Commitment, Statement) {
    let note = note.expose();
    let write = if note.is_empty() {
        statement!("DELETE FROM help_notes WHERE commune = $1 AND person = $2", commune, person)
    } else {
        statement!(
            "INSERT INTO help_notes (commune, person, salt, note) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (commune, person) DO UPDATE SET salt = excluded.salt, note = excluded.note",
            commune,
            person,
            salt.0.as_slice(),
            note
        )
    };
    (salt.commit(note.as_bytes()), write)
}

/// A reason for a change to `owner`, and the commitment to it.
pub fn reason(
    commune: CommuneId,
    owner: impl std::fmt::Display,
    salt: Salt,
    reason: &Pii<String>,
) -> (Commitment, Statement) {
    let commitment = salt.commit(reason.expose().as_bytes());
    let write = statement!(
        "INSERT INTO reasons (commune, commitment, owner, salt, reason) VALUES ($1, $2, $3, $4, $5)",
        commune,
        commitment.to_string(),
        owner.to_string(),
        salt.0.as_slice(),
        reason.expose()
    );
    (commitment, write)
}
