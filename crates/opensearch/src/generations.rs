//! Generations of an index on a cluster: which is current, which are kept, how the next one is made and published.
//!
//! A generation is two indexes, `NAME-gNNNNNN` and `NAME-gNNNNNN-texts`. The alias `NAME` is on the current one, the alias
//! `NAME-kept` on those before. Readers follow the alias; one request moves it, so a generation is visible whole or not at
//! all. Writing goes by an alias of its own, so that a generation which somebody removed is not made anew by its builder.

use serde_json::{Value, json};

use crate::client::{Client, Content};
use crate::error::ClusterError;
use crate::mapping;

/// Seconds to wait for the shards of an index.
const SHARDS_WITHIN: u32 = 120;

/// Names of the indexes of one generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Generation {
    /// Name of the generation: `g000001`.
    pub(crate) name: String,
    /// The searched index.
    pub(crate) searched: String,
    /// The index of texts.
    pub(crate) texts: String,
}

impl Generation {
    fn of(index: &str, number: u64) -> Self {
        Self::named(index, &format!("g{number:06}"))
    }

    fn named(index: &str, name: &str) -> Self {
        let searched = format!("{index}-{name}");
        Self {
            name: name.to_owned(),
            texts: format!("{searched}-texts"),
            searched,
        }
    }

    fn number(&self) -> u64 {
        number(&self.name).unwrap_or(0)
    }

    /// Names of its two indexes.
    pub(crate) fn indexes(&self) -> [&str; 2] {
        [&self.searched, &self.texts]
    }
}

/// Alias that documents are written by.
pub(crate) fn writing(index: &str) -> String {
    format!("{index}-writing")
}

fn number(name: &str) -> Option<u64> {
    let digits = name.strip_prefix('g')?;
    (digits.len() >= 6).then(|| digits.parse().ok())?
}

/// The generations of the index `name`.
#[derive(Clone, Copy)]
pub(crate) struct Generations<'a> {
    pub(crate) client: &'a Client,
    pub(crate) name: &'a str,
}

impl Generations<'_> {
    /// The current generation.
    pub(crate) fn current(&self) -> Result<Option<Generation>, ClusterError> {
        Ok(self.with_alias(self.name)?.pop())
    }

    /// The generations before, the oldest first.
    pub(crate) fn kept(&self) -> Result<Vec<Generation>, ClusterError> {
        self.with_alias(&self.kept_alias())
    }

    fn kept_alias(&self) -> String {
        format!("{}-kept", self.name)
    }

    /// Generations that are built by parts, the oldest first: one, but for a moment in which two processes begin at once.
    pub(crate) fn fed(&self) -> Result<Vec<Generation>, ClusterError> {
        self.with_alias(&self.fed_alias())
    }

    fn fed_alias(&self) -> String {
        format!("{}-parts", self.name)
    }

    fn with_alias(&self, alias: &str) -> Result<Vec<Generation>, ClusterError> {
        let answer = match self.client.get(&format!("/_alias/{alias}")) {
            Err(ClusterError::Refused { status: 404, .. }) => return Ok(Vec::new()),
            answer => answer?,
        };
        let indexes = answer
            .as_object()
            .into_iter()
            .flat_map(|indexes| indexes.keys());
        let mut found: Vec<Generation> = indexes
            .filter_map(|index| self.generation_of(index))
            .collect();
        found.sort_by_key(Generation::number);
        Ok(found)
    }

    fn generation_of(&self, index: &str) -> Option<Generation> {
        let name = index.strip_prefix(self.name)?.strip_prefix('-')?;
        number(name).map(|_| Generation::named(self.name, name))
    }

    /// Every generation that is there, published or not.
    pub(crate) fn all(&self) -> Result<Vec<Generation>, ClusterError> {
        let path = format!(
            "/_cat/indices/{}-g*?format=json&h=index&expand_wildcards=all",
            self.name
        );
        let answer = self.client.get(&path)?;
        let indexes = answer.as_array().into_iter().flatten();
        let names = indexes.filter_map(|index| index["index"].as_str());
        let searched = names.map(|name| name.strip_suffix("-texts").unwrap_or(name));
        let mut found: Vec<Generation> = searched
            .filter_map(|name| self.generation_of(name))
            .collect();
        found.sort_by_key(Generation::number);
        found.dedup();
        Ok(found)
    }

    /// The generation behind all that are there.
    pub(crate) fn next(&self) -> Result<Generation, ClusterError> {
        let last = self.all()?.last().map_or(0, Generation::number);
        Ok(Generation::of(self.name, last + 1))
    }

    /// Makes the indexes of the next generation: empty, or with all that `base` holds.
    pub(crate) fn make(
        &self,
        base: Option<&Generation>,
        shards: u16,
    ) -> Result<Generation, ClusterError> {
        let made = self.next()?;
        let result = match base {
            Some(base) => self.copy(base, &made),
            None => self.create(&made, shards, &json!({})),
        };
        if let Err(error) = result {
            self.remove(&made);
            return Err(error);
        }
        Ok(made)
    }

    /// Makes the indexes of a generation that is built by parts; nothing if another process does.
    pub(crate) fn make_fed(&self, shards: u16) -> Result<Option<Generation>, ClusterError> {
        let made = self.next()?;
        match self.create(&made, shards, &json!({self.fed_alias(): {}})) {
            Err(ClusterError::Refused {
                status: 400,
                reason,
                ..
            }) if reason.contains("resource_already_exists") => {
                return Ok(None);
            }
            created => created?,
        }
        // Of two that were begun at once the first stays.
        if self.fed()?.first() == Some(&made) {
            return Ok(Some(made));
        }
        self.remove(&made);
        Ok(None)
    }

    /// Makes empty indexes, the searched one with more aliases.
    fn create(&self, made: &Generation, shards: u16, aliases: &Value) -> Result<(), ClusterError> {
        let bodies = [mapping::searched(shards), mapping::texts(shards)];
        let aliases = [aliases.clone(), json!({})];
        for ((index, mut body), aliases) in made.indexes().into_iter().zip(bodies).zip(aliases) {
            body["aliases"] = aliases;
            body["aliases"][writing(index)] = json!({});
            self.client
                .send("PUT", &format!("/{index}"), Content::Json(&body))?;
        }
        self.await_shards(made)
    }

    /// The cluster copies by hard links where it can.
    fn copy(&self, base: &Generation, made: &Generation) -> Result<(), ClusterError> {
        for (from, to) in base.indexes().into_iter().zip(made.indexes()) {
            let body = json!({
                "settings": {"index.blocks.write": null, "index.auto_expand_replicas": false,
                    "index.number_of_replicas": 0, "index.refresh_interval": "-1"},
                "aliases": {writing(to): {}},
            });
            self.client.post(&format!("/{from}/_clone/{to}"), &body)?;
        }
        self.await_shards(made)
    }

    /// Waits until every shard of a generation can be read.
    pub(crate) fn await_shards(&self, generation: &Generation) -> Result<(), ClusterError> {
        let indexes = generation.indexes().join(",");
        let path =
            format!("/_cluster/health/{indexes}?wait_for_status=yellow&timeout={SHARDS_WITHIN}s");
        self.client.get(&path).map(|_| ())
    }

    /// Ends writing to a generation: its segments hold no removed document, its copies are made, nothing changes it any more.
    pub(crate) fn close(&self, made: &Generation, has_removed: bool) -> Result<(), ClusterError> {
        let indexes = made.indexes().join(",");
        self.refresh(made)?;
        if has_removed {
            let tolerance = json!({"index.merge.policy.expunge_deletes_allowed": 0});
            self.settings(&indexes, &tolerance)?;
            let path = format!("/{indexes}/_forcemerge?only_expunge_deletes=true");
            self.client.send("POST", &path, Content::Nothing)?;
            self.refresh(made)?;
        }
        // Copies are made of files alone.
        let path = format!("/{indexes}/_flush?wait_if_ongoing=true");
        self.client.send("POST", &path, Content::Nothing)?;
        let settled = json!({
            "index.refresh_interval": null, "index.auto_expand_replicas": "0-1", "index.blocks.write": true,
        });
        self.settings(&indexes, &settled)?;
        self.await_shards(made)
    }

    /// Lets a generation that was closed and not published be written to again.
    pub(crate) fn reopen(&self, made: &Generation) -> Result<(), ClusterError> {
        self.settings(
            &made.indexes().join(","),
            &json!({"index.blocks.write": null}),
        )
    }

    /// Shows what was written so far to whoever reads a generation in the making.
    pub(crate) fn refresh(&self, made: &Generation) -> Result<(), ClusterError> {
        let indexes = made.indexes().join(",");
        let answer = self
            .client
            .send("POST", &format!("/{indexes}/_refresh"), Content::Nothing)?;
        match answer["_shards"]["failed"].as_u64() {
            Some(0) => Ok(()),
            _ => Err(ClusterError::Answer(format!(
                "shards failed: {}",
                answer["_shards"]
            ))),
        }
    }

    /// Returns true if the searched index of a generation in the making holds removed documents.
    pub(crate) fn has_removed(&self, made: &Generation) -> Result<bool, ClusterError> {
        let stats = self
            .client
            .get(&format!("/{}/_stats/docs", made.searched))?;
        Ok(stats["_all"]["primaries"]["docs"]["deleted"].as_u64() != Some(0))
    }

    fn settings(&self, indexes: &str, settings: &Value) -> Result<(), ClusterError> {
        self.client
            .send(
                "PUT",
                &format!("/{indexes}/_settings"),
                Content::Json(settings),
            )
            .map(|_| ())
    }

    /// Makes a generation the current one, if `before` still is. The one before is kept.
    pub(crate) fn switch(
        &self,
        made: &Generation,
        before: Option<&Generation>,
    ) -> Result<(), ClusterError> {
        let overtaken = || ClusterError::Overtaken {
            name: self.name.to_owned(),
        };
        if self.current()?.as_ref() != before {
            return Err(overtaken());
        }
        let kept = self.kept_alias();
        let mut actions = Vec::new();
        if let Some(before) = before {
            let current = json!({"index": before.searched, "alias": self.name, "must_exist": true});
            actions.push(json!({"remove": current}));
            actions.push(json!({"add": {"index": before.searched, "alias": kept}}));
        }
        actions.push(json!({"add": {"index": made.searched, "alias": self.name}}));
        let fed = self.fed_alias();
        actions
            .push(json!({"remove": {"index": made.searched, "alias": fed, "must_exist": false}}));
        for index in made.indexes() {
            actions.push(
                json!({"remove": {"index": index, "alias": writing(index), "must_exist": false}}),
            );
        }
        match self.client.post("/_aliases", &json!({"actions": actions})) {
            Err(ClusterError::Refused { status: 404, .. }) => Err(overtaken()),
            answer => answer.map(|_| ()),
        }
    }

    /// Makes the generation before the current one current again.
    pub(crate) fn roll_back(&self) -> Result<Generation, ClusterError> {
        let none = || ClusterError::NoIndex {
            name: format!("{} (a generation before the current one)", self.name),
        };
        let current = self.current()?.ok_or_else(none)?;
        let before = self.kept()?.pop().ok_or_else(none)?;
        let actions = json!({"actions": [
            {"remove": {"index": current.searched, "alias": self.name, "must_exist": true}},
            {"remove": {"index": before.searched, "alias": self.kept_alias(), "must_exist": true}},
            {"add": {"index": before.searched, "alias": self.name}},
        ]});
        self.client.post("/_aliases", &actions)?;
        Ok(before)
    }

    /// Removes generations older than `current` but the last `keep` published ones; what killed builds left goes with them.
    pub(crate) fn clean(&self, current: &Generation, keep: usize) -> Result<(), ClusterError> {
        let kept = self.kept()?;
        let first_kept = kept.len().saturating_sub(keep);
        for generation in self.all()? {
            let is_older = generation.number() < current.number();
            if is_older && !kept[first_kept..].contains(&generation) {
                self.remove(&generation);
            }
        }
        Ok(())
    }

    /// Removes the indexes of a generation; what cannot be removed now goes with the next build.
    pub(crate) fn remove(&self, generation: &Generation) {
        for index in generation.indexes() {
            match self
                .client
                .send("DELETE", &format!("/{index}"), Content::Nothing)
            {
                Ok(_) | Err(ClusterError::Refused { status: 404, .. }) => {}
                Err(error) => tracing::warn!(%error, index, "an index was not removed"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generation_names_its_indexes() {
        let generation = Generation::of("papers", 12);
        assert_eq!(generation.searched, "papers-g000012");
        assert_eq!(generation.texts, "papers-g000012-texts");
        assert_eq!(generation.number(), 12);
        assert_eq!(
            [number("g1"), number("x000001"), number("g000001-texts")],
            [None; 3]
        );
    }
}
