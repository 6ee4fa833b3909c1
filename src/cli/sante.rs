//! `territoires sante`: is the service here ready? For containers, which have no other client.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use super::settings::Settings;
use super::{CommandError, say};

/// How long it may take to say so.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks the service that these settings describe.
pub(super) fn run(settings: &Settings) -> Result<ExitCode, CommandError> {
    let at = here(settings.in_force()?.config.adresse);
    let status = ask(at).map_err(|e| format!("rien ne répond sur {at} : {e}"))?;
    if status.contains(" 200 ") {
        say("prêt")?;
        return Ok(ExitCode::SUCCESS);
    }
    Err(format!("le service sur {at} n’est pas prêt : {}", status.trim_end()).into())
}

/// The first line of the answer.
fn ask(at: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&at, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = format!("GET /sante/pret HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.take(1 << 16).read_to_string(&mut answer)?;
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}

/// Where to reach from here what listens on an address.
fn here(mut at: SocketAddr) -> SocketAddr {
    match at.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => at.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => at.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    at
}
