//! Nobody grants more than they have.

use crate::single::singles;
use crate::{Access, PolicyRule};

/// Whether somebody has all that these rules allow, in this namespace or (with none) everywhere.
/// If not, answers what they lack, as rules of one verb on one resource each.
///
/// This is the check that the API server makes of whoever writes a role or a binding
/// (`ConfirmNoEscalation` in `pkg/registry/rbac/validation/rule.go`), without the verbs `escalate` and
/// `bind` that let one past it. A rule that lies only in *two* of the owner's rules together, such as
/// all verbs where each verb is held singly, is not covered.
///
/// # Errors
///
/// The single rules that are not covered, in the order of the rules.
///
/// ```
/// # use kube_access::{Access, PolicyRule, covers};
/// let nobody = Access::default();
/// assert_eq!(covers(&nobody, &[], None), Ok(()));
/// let read = PolicyRule {
///     verbs: vec!["get".into(), "list".into()],
///     api_groups: vec!["".into()],
///     resources: vec!["pods".into()],
///     ..PolicyRule::default()
/// };
/// assert_eq!(covers(&nobody, &[read], Some("shop")).map_err(|lacking| lacking.len()), Err(2));
/// ```
pub fn covers(owner: &Access, rules: &[PolicyRule], namespace: Option<&str>) -> Result<(), Vec<PolicyRule>> {
    let held: Vec<&PolicyRule> = owner.rules_in(namespace).collect();
    let wanted = rules.iter().flat_map(singles);
    let lacking = wanted.filter(|single| !held.iter().any(|rule| single.is_covered_by(rule)));
    let lacking: Vec<PolicyRule> = lacking.map(crate::single::Single::to_rule).collect();
    if lacking.is_empty() { Ok(()) } else { Err(lacking) }
}
