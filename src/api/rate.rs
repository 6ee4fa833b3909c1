//! How much one client may ask: so many requests a second in the long run, some more at once (the generic cell rate
//! algorithm, by `governor`).

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use moka::sync::Cache;

/// Clients that are remembered. Of more than that, those seen least are forgiven what they asked.
const CLIENTS: u64 = 65_536;

/// A client not seen for so long begins anew: longer than any burst takes to be earned back matters to nobody.
const FORGOTTEN: Duration = Duration::from_mins(10);

/// What each client asked.
pub struct Rates {
    quota: Quota,
    clients: Cache<IpAddr, Arc<DefaultDirectRateLimiter>>,
}

impl Rates {
    /// So many requests a second, so many at once; `None` where there is no bound.
    #[must_use]
    pub fn new(per_second: u32, burst: u32) -> Option<Self> {
        let quota = Quota::per_second(NonZeroU32::new(per_second)?);
        let quota = quota.allow_burst(NonZeroU32::new(burst)?);
        let clients = Cache::builder()
            .max_capacity(CLIENTS)
            .time_to_idle(FORGOTTEN)
            .build();
        Some(Self { quota, clients })
    }

    /// Whether a client may ask once more.
    #[must_use]
    pub fn admits(&self, client: IpAddr) -> bool {
        let new = || Arc::new(RateLimiter::direct(self.quota));
        self.clients
            .get_with(household(client), new)
            .check()
            .is_ok()
    }
}

/// Who counts as one client: an IPv4 address, or the network of 64 bits that a subscriber of IPv6 is given.
fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_asks_too_much_is_held_up_and_others_are_not() {
        let rates = Rates::new(1, 5).unwrap();
        let one: IpAddr = "192.0.2.1".parse().unwrap();
        let admitted = (0..20).filter(|_| rates.admits(one)).count();
        assert!((5..=6).contains(&admitted), "{admitted}");
        assert!(rates.admits("192.0.2.2".parse().unwrap()));
        assert!(!rates.admits("::ffff:192.0.2.1".parse().unwrap()));
    }

    #[test]
    fn neighbours_in_a_network_of_ipv6_are_one_client() {
        let rates = Rates::new(1, 1).unwrap();
        assert!(rates.admits("2001:db8::1".parse().unwrap()));
        assert!(!rates.admits("2001:db8::2".parse().unwrap()));
        assert!(rates.admits("2001:db8:0:1::1".parse().unwrap()));
    }

    #[test]
    fn without_a_rate_there_is_no_bound() {
        assert!(Rates::new(0, 5).is_none());
    }
}
