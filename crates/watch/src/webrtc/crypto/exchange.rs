//! Keys for one session, agreed on with the browser.

use dimpl::{
    CryptoError, CryptoOperation,
    crypto::{ActiveKeyExchange, Buf, NamedGroup, SecureRandom, SupportedKxGroup},
};
use ring::{
    agreement::{Algorithm, ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, X25519, agree_ephemeral},
    rand::{SecureRandom as _, SystemRandom},
};
use std::fmt;

/// Where chance comes from.
#[derive(Debug)]
pub(super) struct Chance;

impl SecureRandom for Chance {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), CryptoError> {
        let filled = SystemRandom::new().fill(bytes);
        filled.map_err(|_| CryptoError::OperationFailed(CryptoOperation::FillRandom))
    }
}

/// A group that both sides know.
#[derive(Clone, Copy, Debug)]
pub(super) enum Group {
    X25519,
    P256,
}

impl Group {
    fn algorithm(self) -> &'static Algorithm {
        match self {
            Self::X25519 => &X25519,
            Self::P256 => &ECDH_P256,
        }
    }
}

impl SupportedKxGroup for Group {
    fn name(&self) -> NamedGroup {
        match self {
            Self::X25519 => NamedGroup::X25519,
            Self::P256 => NamedGroup::Secp256r1,
        }
    }

    fn start_exchange(&self, mut public: Buf) -> Result<Box<dyn ActiveKeyExchange>, CryptoError> {
        let failed = |operation| move |_| CryptoError::OperationFailed(operation);
        let private = EphemeralPrivateKey::generate(self.algorithm(), &SystemRandom::new())
            .map_err(failed(CryptoOperation::GenerateEphemeralKey))?;
        let key = private.compute_public_key().map_err(failed(CryptoOperation::ComputePublicKey))?;
        public.clear();
        public.extend_from_slice(key.as_ref());
        Ok(Box::new(Exchange { group: *self, private, public }))
    }
}

struct Exchange {
    group: Group,
    private: EphemeralPrivateKey,
    public: Buf,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Exchange({:?})", self.group)
    }
}

impl ActiveKeyExchange for Exchange {
    fn pub_key(&self) -> &[u8] {
        &self.public
    }

    fn complete(self: Box<Self>, peer: &[u8], out: &mut Buf) -> Result<(), CryptoError> {
        let Self { group, private, .. } = *self;
        // A point that would make the secret known beforehand is refused by `ring` (RFC 7748 §6.1).
        agree_ephemeral(private, &UnparsedPublicKey::new(group.algorithm(), peer), |secret| {
            out.clear();
            out.extend_from_slice(secret);
        })
        .map_err(|_| CryptoError::InvalidPublicKey(group.name()))
    }

    fn group(&self) -> NamedGroup {
        self.group.name()
    }
}
