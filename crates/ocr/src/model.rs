//! Networks, as their files hold them.

use std::sync::Arc;

use rten::{Model, ModelOptions, RunOptions, ThreadPool, Value};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};
use thiserror::Error;

/// Reasons why a page is not read.
#[derive(Debug, Error)]
pub enum OcrError {
    /// A model cannot be loaded.
    #[error("the model that {task} cannot be loaded: {error}")]
    Model {
        /// Task of the model.
        task: &'static str,
        /// Error of the engine.
        error: String,
    },
    /// A model has no list of characters.
    #[error("the model that reads lines has no list of characters in its metadata")]
    NoCharacters,
    /// A network fails on a picture.
    #[error("the model that {task} fails: {error}")]
    Run {
        /// Task of the model.
        task: &'static str,
        /// Error of the engine.
        error: String,
    },
}

/// The two networks.
pub struct Models {
    pub(crate) finds: Network,
    pub(crate) reads: Network,
    /// Character of each class that the second tells apart; none of the first class.
    pub(crate) characters: Vec<String>,
}

impl Models {
    /// Loads both networks from the bytes of their files (ONNX).
    ///
    /// # Errors
    /// A file is no network, or does not say which characters it knows.
    pub fn load(finds: Vec<u8>, reads: Vec<u8>) -> Result<Self, OcrError> {
        let characters = characters_of(&reads).ok_or(OcrError::NoCharacters)?;
        // One thread: a program that reads many pages reads them at once.
        let threads = Arc::new(ThreadPool::with_num_threads(1));
        Ok(Self {
            finds: Network::load(finds, "finds lines", &threads)?,
            reads: Network::load(reads, "reads lines", &threads)?,
            characters,
        })
    }
}

/// One network with one input and one output of numbers.
pub(crate) struct Network {
    model: Model,
    task: &'static str,
    threads: Arc<ThreadPool>,
}

impl Network {
    fn load(
        bytes: Vec<u8>,
        task: &'static str,
        threads: &Arc<ThreadPool>,
    ) -> Result<Self, OcrError> {
        let loaded = ModelOptions::with_all_ops()
            .prepack_weights(true)
            .load(bytes);
        let model = loaded.map_err(|error| OcrError::Model {
            task,
            error: error.to_string(),
        })?;
        Ok(Self {
            model,
            task,
            threads: Arc::clone(threads),
        })
    }

    /// Runs the network on one picture: channels, rows, columns.
    pub(crate) fn run(&self, picture: NdTensor<f32, 4>) -> Result<Vec<f32>, OcrError> {
        let mut options = RunOptions::default();
        options.thread_pool = Some(Arc::clone(&self.threads));
        let failed = |error: String| OcrError::Run {
            task: self.task,
            error,
        };
        let output = self
            .model
            .run_one(Value::from(picture).into(), Some(options))
            .map_err(|error| failed(error.to_string()))?;
        let output: Tensor<f32> = output
            .try_into()
            .map_err(|_| failed("its output is of another kind".to_owned()))?;
        Ok(output.to_vec())
    }
}

/// Characters in the metadata of a network that reads lines, one a line there; class 0 is none and the last is a space.
fn characters_of(onnx: &[u8]) -> Option<Vec<String>> {
    const METADATA: u64 = 14;
    let mut entries = Fields(onnx).filter(|(number, _)| *number == METADATA);
    let list = entries.find_map(|(_, entry)| {
        let text = |wanted: u64| {
            let mut fields = Fields(entry);
            fields.find_map(|(number, text)| (number == wanted).then_some(text))
        };
        (text(1)? == b"character").then(|| text(2)).flatten()
    })?;
    let list = std::str::from_utf8(list).ok()?;
    let known = list.lines().map(str::to_owned);
    let mut characters = vec![String::new()];
    characters.extend(known);
    characters.push(" ".to_owned());
    Some(characters)
}

/// Fields of a message of Protocol Buffers that hold bytes, with their numbers; ends at the first that makes no sense.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u64, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let key = self.number()?;
            let len = match key & 7 {
                0 => {
                    self.number()?;
                    continue;
                }
                1 => 8,
                2 => usize::try_from(self.number()?).ok()?,
                5 => 4,
                _ => return None,
            };
            let bytes = self.0.get(..len)?;
            self.0 = &self.0[len..];
            if key & 7 == 2 {
                return Some((key >> 3, bytes));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_read_from_the_metadata_of_a_model() {
        let entry = b"\x0A\x09character\x12\x07\xE7\x94\xB2\nB\nC";
        let mut onnx = vec![0x08, 10, 0x3A, 2, 1, 2, 0x72, entry.len() as u8];
        onnx.extend_from_slice(entry);
        assert_eq!(
            characters_of(&onnx).expect("a list"),
            ["", "甲", "B", "C", " "]
        );
        assert_eq!(characters_of(&onnx[..onnx.len() - 1]), None);
        assert_eq!(characters_of(b"\xFF\xFF\xFF"), None);
    }

    #[test]
    fn what_is_no_model_is_refused() {
        let refused = Models::load(b"x".to_vec(), b"y".to_vec()).err();
        assert!(matches!(refused, Some(OcrError::NoCharacters)));
    }
}
