//! A person who is erased through the API is gone: from every table, from the bytes of the files, from access, and from
//! what an older backup brings back.

use liengia_access::{
    Role, Way,
    testing::{Browser, HOUSEHOLDS, House, VILLAGES, on_both},
};
use liengia_journal::{
    Database, Schema, Statement,
    backup::{BackupKey, BackupOrder, RestoreOrder, backup, restore},
    statement,
    testing::{COMMUNE, Engine, Fresh, context, raw},
    verify,
};
use liengia_kernel::{PersonId, Pii, SeededEntropy, Timestamp};
use liengia_register::{
    NewHome, NewPerson, Register,
    api::{Api, routes},
    event::MemberKind,
    rules::{HouseholdParticulars, PersonParticulars},
    views::PART,
};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

const PARTS: [liengia_journal::Part; 2] = [liengia_access::PART, PART];

/// What must be nowhere: the name as it was and as it is, as it is searched for, the phone, the note, the reason.
const MARKS: [&str; 6] = ["Khuê", "Khoê", "thi khue", "987654321", "lãng tai", "xin sửa"];

/// Households with people in them; the first one is where the person to be erased will live.
fn homes() -> Vec<NewHome> {
    let person = |n: usize, m: usize| NewPerson {
        person: PersonId::from_bytes([u8::try_from(150 + n * 20 + m).unwrap(); 16]),
        particulars: PersonParticulars {
            name: Pii::new(format!("Người thứ {m} của nhà {n}{}", "a".repeat(n * m * 11 % 90))),
            phone: Pii::new("0912 345 678".into()),
            born: None,
            adult: true,
            tenant: false,
            can_respond: false,
            trained: Vec::new(),
        },
        help: None,
    };
    let homes = HOUSEHOLDS.iter().enumerate().map(|(n, household)| NewHome {
        household: *household,
        particulars: HouseholdParticulars {
            member: MemberKind::Home,
            place: VILLAGES[0],
            label: Pii::new(format!("Nhà {n}")),
            how_to_find: Pii::default(),
            floor_notes: Pii::default(),
            position: None,
            occupants: None,
        },
        team: None,
        people: (0..20).map(|m| person(n, m)).collect(),
    });
    homes.collect()
}

async fn said(answer: impl Future<Output = liengia_http::testing::Answer>) -> Value {
    let answer = answer.await;
    assert!(answer.status.is_success(), "{}", answer.json());
    if answer.body.is_empty() { Value::Null } else { answer.json() }
}

/// A person who was added, corrected and given a help note, as a clerk and a neighbour do it.
async fn person(clerk: &mut Browser) -> PersonId {
    let home = HOUSEHOLDS[0];
    let mut facts = json!({ "name": "Nguyễn Thị Khoê", "phone": "0987 654 321", "adult": true });
    let added = said(clerk.post(&format!("/api/households/{home}/people"), &facts)).await;
    let person: PersonId = added["id"].as_str().unwrap().parse().unwrap();
    facts["name"] = json!("Nguyễn Thị Khuê");
    facts["version"] = added["version"].clone();
    facts["reason"] = json!("chị Khuê xin sửa tên");
    said(clerk.patch(&format!("/api/people/{person}"), &facts)).await;
    person
}

fn lists(database: &Database) -> PathBuf {
    let Database::Sqlite(path) = database else { unreachable!() };
    path.with_file_name("erased-ids")
}

async fn nobody_is(database: &Database, person: PersonId) {
    for vault in PARTS.iter().flat_map(|part| part.vault) {
        let sql = format!("SELECT COUNT(*) FROM {} WHERE {} = $1", vault.table, vault.owner);
        let rows = raw(database, &Statement::new(sql, [person.into()])).await.unwrap();
        assert_eq!(rows[0].count(0), Ok(0), "{}", vault.table);
    }
    if let Database::Sqlite(path) = database {
        no_mark_is_in(path.parent().unwrap());
    }
    let names = raw(database, &statement!("SELECT name FROM person_details")).await.unwrap();
    assert_eq!(names.len(), 80, "everybody else is there");
}

/// Looks at every byte of every file: the database, its log, its list, and the sealed backup.
fn no_mark_is_in(folder: &Path) {
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let Ok(bytes) = std::fs::read(&path) else { continue };
        for mark in MARKS {
            let found = bytes.windows(mark.len()).any(|window| window == mark.as_bytes());
            assert!(!found, "{mark} is in {}", path.display());
        }
    }
}

#[tokio::test]
async fn an_erased_person_is_gone_for_good_also_from_what_an_older_backup_brings_back() {
    on_both(&[PART], async |house: House| {
        let register = Register { journal: house.journal.clone(), entropy: Arc::new(SeededEntropy::new(5)) };
        let now = context(house.access.now().as_seconds());
        house.journal.commit(register.load_homes(&now, homes()).unwrap()).await.unwrap();
        let api = Api { register: register.clone(), access: house.access.clone() };
        let router = house.serve(routes().with_state(api));
        let mut clerk = house.as_role(&router, Role::Clerk).await;
        let person = person(&mut clerk).await;
        let note =
            register.write_help_note(&now, person, &Pii::new("lãng tai, tầng ba".into())).await.unwrap();
        house.journal.commit(note).await.unwrap();
        let mut phone = house.browser_of(&router, person, Way::Join).await;
        assert_eq!(phone.get("/api/households").await.code(), "not_allowed");

        let lists_of = Fresh::new(Engine::Sqlite).await;
        let list = lists(&lists_of.database());
        house.journal.list_erased_in(vec![list.clone()]).await.unwrap();
        let file = saved(&house, &list).await;
        let erase = json!({ "reason": "theo yêu cầu" });
        said(clerk.delete(&format!("/api/people/{person}"), Some(&erase))).await;

        assert_eq!(clerk.delete(&format!("/api/people/{person}"), Some(&erase)).await.code(), "no_person");
        assert_eq!(phone.get("/api/households").await.code(), "signed_out");
        assert!(house.access.grants_of(person).is_empty());
        nobody_is(house.journal.database(), person).await;
        assert!(std::fs::read_to_string(&list).unwrap().contains(&person.to_string()));
        verify(house.journal.database().clone(), |_| ()).await.unwrap();
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let target = Fresh::new(engine).await;
            let restored =
                restore(order(file.clone(), list.clone(), target.database()), |_| ()).await.unwrap();
            assert!(restored.left_out > 0);
            nobody_is(&target.database(), person).await;
        }
    })
    .await;
}

async fn saved(house: &House, erased_ids: &Path) -> PathBuf {
    let folder = erased_ids.with_file_name("backups");
    std::fs::create_dir_all(&folder).unwrap();
    let order = BackupOrder {
        database: house.journal.database().clone(),
        schema: Schema::new(PARTS),
        commune: COMMUNE,
        file: folder.join("older.liengia-backup"),
        key: key(),
        erased_ids: erased_ids.to_owned(),
        made_at: Timestamp::from_seconds(100),
        expires_at: Timestamp::from_seconds(1_000_000),
        beside: Vec::new(),
        entropy: Arc::new(SeededEntropy::new(6)),
    };
    let file = order.file.clone();
    backup(order, |_| ()).await.unwrap();
    file
}

fn key() -> BackupKey {
    BackupKey::new(&SeededEntropy::new(1))
}

fn order(file: PathBuf, erased_ids: PathBuf, target: Database) -> RestoreOrder {
    let entropy = Arc::new(SeededEntropy::new(7));
    let now = Timestamp::from_seconds(200);
    let (schema, accept_expired) = (Schema::new(PARTS), false);
    RestoreOrder { file, key: key(), schema, target, erased_ids, now, accept_expired, entropy }
}
