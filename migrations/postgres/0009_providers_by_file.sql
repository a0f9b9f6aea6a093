-- The configuration file that says what a provider is; null for those that people manage in the browser.
ALTER TABLE identity_providers ADD COLUMN managed_by_file TEXT;
