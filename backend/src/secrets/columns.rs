//! Every column that holds sealed values, in one list. Nothing else can be sealed: a `SealedColumn` is made here only, and
//! whatever is made here is in `ALL`, so that a change of the master key cannot forget it.

use uuid::Uuid;

/// How the row is found that a sealed value belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedRow {
    /// By an id in this column; the value is bound to it.
    Id(&'static str),
    /// By a hash in this column; the value is bound to its first bytes.
    Hash(&'static str),
    /// It is a setting by the column's name, kept as text; the value is bound to the nil id.
    Setting,
}

/// A column that holds sealed values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedColumn {
    table: &'static str,
    column: &'static str,
    row: SealedRow,
    /// The table and column that the values are bound to: those of another column where values are kept as they were.
    bound_to: (&'static str, &'static str),
}

macro_rules! sealed_columns {
    ($($(#[doc = $doc:literal])+ $name:ident: $table:literal $column:literal $row:expr $(, bound to $of:literal $as:literal)?;)+) => {
        impl SealedColumn {
            $($(#[doc = $doc])+ pub const $name: Self = Self {
                table: $table,
                column: $column,
                row: $row,
                bound_to: sealed_columns!(@bound $table $column $($of $as)?),
            };)+

            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];
        }
    };
    (@bound $table:literal $column:literal) => { ($table, $column) };
    (@bound $table:literal $column:literal $of:literal $as:literal) => { ($of, $as) };
}

sealed_columns! {
    /// How a cluster is reached: certificates, keys, tokens.
    CLUSTER_CREDENTIALS: "clusters" "credentials" SealedRow::Id("id");
    /// Passwords and client secrets of identity providers.
    PROVIDER_SECRETS: "identity_providers" "secrets" SealedRow::Id("id");
    /// The same as they were before a change that waits to be confirmed.
    PROVIDER_SECRETS_BEFORE: "provider_changes" "secrets" SealedRow::Id("provider_id"), bound to "identity_providers" "secrets";
    /// What looks at a user's account again.
    USER_RENEWAL: "users" "renewal" SealedRow::Id("id");
    /// What belongs to a sign-in that is on its way.
    LEAVING_SECRETS: "redirect_sign_ins" "secrets" SealedRow::Hash("state_hash");
    /// The newest row of the audit log.
    AUDIT_HEAD: "settings" "audit-head" SealedRow::Setting;
    /// The last row that was removed from the audit log.
    AUDIT_ANCHOR: "settings" "audit-anchor" SealedRow::Setting;
}

impl SealedColumn {
    /// The table's name.
    pub const fn table(self) -> &'static str {
        self.table
    }

    /// The column's name; the setting's in the table of settings.
    pub const fn column(self) -> &'static str {
        self.column
    }

    /// How the row is found that a value belongs to.
    pub const fn row(self) -> SealedRow {
        self.row
    }

    /// What a sealed value is bound to.
    pub(super) fn place(self, row: Uuid) -> String {
        let (table, column) = self.bound_to;
        format!("{table}:{column}:{row}")
    }
}

/// The id that a value is bound to in a row that is known by a hash.
pub fn row_of_hash(hash: &[u8]) -> Uuid {
    let mut bytes = [0; 16];
    for (byte, part) in bytes.iter_mut().zip(hash) {
        *byte = *part;
    }
    Uuid::from_bytes(bytes)
}
