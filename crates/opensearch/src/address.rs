//! The address of an index on a cluster: hosts and a name.

use std::str::FromStr;

use crate::error::ClusterError;

/// Maximum number of bytes of a name: generations add to it.
const MAX_NAME_BYTES: usize = 200;

/// Hosts of a cluster and the name of an index there: `http://A:9200,http://B:9200/NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Base addresses of the hosts, without a slash at the end; each may have a path.
    pub hosts: Vec<String>,
    /// Name of the index: an alias on the cluster.
    pub name: String,
}

impl FromStr for Address {
    type Err = ClusterError;

    fn from_str(text: &str) -> Result<Self, ClusterError> {
        let fault = |reason| ClusterError::Address {
            address: text.to_owned(),
            reason,
        };
        let (hosts, name) = text
            .rsplit_once('/')
            .ok_or_else(|| fault("it has no name"))?;
        let hosts: Vec<String> = hosts
            .split(',')
            .map(|host| host.trim().trim_end_matches('/').to_owned())
            .collect();
        if let Some(reason) = hosts.iter().find_map(|host| host_fault(host)) {
            return Err(fault(reason));
        }
        if !is_name(name) {
            return Err(fault(
                "a name is of small letters, digits, `-` and `_`, and begins with a letter",
            ));
        }
        Ok(Self {
            hosts,
            name: name.to_owned(),
        })
    }
}

fn host_fault(host: &str) -> Option<&'static str> {
    let rest = host
        .strip_prefix("http://")
        .or_else(|| host.strip_prefix("https://"));
    match rest {
        None => Some("each host begins with http:// or https://"),
        Some("") => Some("a host is empty"),
        Some(rest) if rest.contains('@') => {
            Some("credentials belong into POLIDEX_ENGINE_CREDENTIALS_FILE")
        }
        Some(_) => None,
    }
}

fn is_name(name: &str) -> bool {
    let is_inner =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    name.len() <= MAX_NAME_BYTES
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(is_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_come_before_the_name() {
        let address: Address = "http://a:9200,https://b:9200/search/papers"
            .parse()
            .expect("an address");
        assert_eq!(address.hosts, ["http://a:9200", "https://b:9200/search"]);
        assert_eq!(address.name, "papers");
        for wrong in [
            "papers",
            "http://a:9200",
            "http://a:9200/",
            "http://a:9200/Papers",
            "a:9200/papers",
            "http://user:word@a:9200/papers",
            "http://a:9200,/papers",
            "http://a:9200/_all",
        ] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
    }
}
