//! Questions that wait for a passkey's answer: each is answered once, and within five minutes.

use crate::AccessError;
use liengia_http::network;
use liengia_kernel::{AccountId, Entropy, Timestamp};
use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How long a question waits.
const PATIENCE: Duration = Duration::from_mins(5);

/// Most questions that wait; the oldest makes room.
const MAX_WAITING: usize = 4096;

/// Most that wait for one address; its own oldest makes room, so that nobody pushes others' questions out.
const MAX_OF_ONE: usize = 16;

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) challenge: [u8; 32],
    /// Where the page that asked came from.
    pub(crate) origin: String,
    /// Whose new passkey it is about; `None` for a sign-in.
    pub(crate) account: Option<AccountId>,
    /// Of IPv6, its /64: whoever has one of its addresses has all of them.
    address: IpAddr,
    asked: Timestamp,
}

/// All that wait.
#[derive(Default)]
pub(crate) struct Questions(Mutex<BTreeMap<String, Question>>);

impl Questions {
    /// Asks one; gives its id and its challenge.
    pub(crate) fn ask(
        &self,
        origin: &str,
        account: Option<AccountId>,
        address: IpAddr,
        (now, entropy): (Timestamp, &dyn Entropy),
    ) -> (String, [u8; 32]) {
        let (mut challenge, mut id) = ([0; 32], [0; 16]);
        entropy.fill(&mut challenge);
        entropy.fill(&mut id);
        let id = id.iter().fold(String::new(), |id, byte| id + &format!("{byte:02x}"));
        let address = network(address);
        let question = Question { challenge, origin: origin.to_owned(), account, address, asked: now };
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, question| now.since(question.asked) < PATIENCE);
        let oldest = |of: &dyn Fn(&Question) -> bool, most: usize| {
            let mut those: Vec<_> = waiting.iter().filter(|(_, question)| of(question)).collect();
            those.sort_by_key(|(_, question)| question.asked);
            (those.len() >= most).then(|| those.first().map(|(id, _)| (*id).clone())).flatten()
        };
        let gone = oldest(&|question| question.address == address, MAX_OF_ONE)
            .or_else(|| oldest(&|_| true, MAX_WAITING));
        if let Some(gone) = gone {
            waiting.remove(&gone);
        }
        waiting.insert(id.clone(), question);
        (id, challenge)
    }

    /// Takes a question out: whatever the answer is, there is no second one.
    pub(crate) fn take(&self, id: &str, now: Timestamp) -> Result<Question, AccessError> {
        let question = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        question.filter(|question| now.since(question.asked) < PATIENCE).ok_or(AccessError::QuestionGone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liengia_kernel::SeededEntropy;

    fn address(n: u16) -> IpAddr {
        IpAddr::from([0x2001, n, 0, 0, 0, 0, 0, 1])
    }

    #[test]
    fn a_question_is_answered_once_and_in_time() {
        let (questions, entropy) = (Questions::default(), SeededEntropy::new(1));
        let at = Timestamp::from_seconds;
        let ask = |when| questions.ask("https://lg.example", None, address(1), (when, &entropy)).0;
        let (one, late) = (ask(at(0)), ask(at(0)));
        questions.take(&one, at(10)).unwrap();
        assert_eq!(questions.take(&one, at(10)), Err(AccessError::QuestionGone));
        assert_eq!(questions.take(&late, at(300)), Err(AccessError::QuestionGone));
    }

    #[test]
    fn nobody_pushes_the_questions_of_others_out() {
        let (questions, entropy) = (Questions::default(), SeededEntropy::new(1));
        let now = Timestamp::from_seconds(0);
        let (mine, _) = questions.ask("https://lg.example", None, address(1), (now, &entropy));
        for _ in 0..10_000 {
            questions.ask("https://lg.example", None, address(2), (now, &entropy));
        }
        assert_eq!(questions.0.lock().unwrap().len(), 1 + MAX_OF_ONE);
        questions.take(&mine, now).unwrap();
    }

    #[test]
    fn all_addresses_of_one_network_are_one_caller() {
        let (questions, entropy) = (Questions::default(), SeededEntropy::new(1));
        let now = Timestamp::from_seconds(0);
        for n in 0..1_000 {
            let address = IpAddr::from([0x2001, 1, 0, 0, n, 0, 0, n]);
            questions.ask("https://lg.example", None, address, (now, &entropy));
        }
        assert_eq!(questions.0.lock().unwrap().len(), MAX_OF_ONE);
    }

    #[test]
    fn the_memory_has_an_end() {
        let (questions, entropy) = (Questions::default(), SeededEntropy::new(1));
        for n in 0..5000 {
            questions.ask("https://lg.example", None, address(n), (Timestamp::from_seconds(0), &entropy));
        }
        assert_eq!(questions.0.lock().unwrap().len(), MAX_WAITING);
    }
}
