//! Puts together what an identity holds.

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::{Access, Held, Inner};
use crate::policy::{Binding, Role};

/// Collects bindings, which may come several times: a binding can name a user and some of its groups.
#[derive(Default)]
pub(crate) struct AccessBuilder {
    inner: Inner,
    /// The numbers of the roles and the bindings that are there, by where they are in memory.
    roles: HashMap<*const Role, usize>,
    bindings: HashSet<*const Binding>,
}

impl AccessBuilder {
    /// Adds a binding that the identity has as one of its subjects. The first one counts.
    pub(crate) fn hold(&mut self, binding: &Arc<Binding>, subject: usize, role: &Arc<Role>) {
        if !self.bindings.insert(Arc::as_ptr(binding)) {
            return;
        }
        let roles = &mut self.inner.roles;
        let role = *self.roles.entry(Arc::as_ptr(role)).or_insert_with(|| {
            roles.push(Arc::clone(role));
            roles.len() - 1
        });
        let held = Held {
            binding: Arc::clone(binding),
            subject,
            role,
        };
        if binding.namespace().is_empty() {
            self.inner.everywhere.push(held);
        } else {
            let namespaces = &mut self.inner.namespaces;
            namespaces
                .entry(Arc::clone(binding.namespace()))
                .or_default()
                .push(held);
        }
    }

    pub(crate) fn finish(mut self) -> Access {
        let lists = self.inner.namespaces.values_mut().chain([&mut self.inner.everywhere]);
        for list in lists {
            list.sort_unstable_by(|left, right| left.binding.name().cmp(right.binding.name()));
        }
        Access {
            inner: Arc::new(self.inner),
        }
    }
}
