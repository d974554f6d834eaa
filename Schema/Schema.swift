/// The database schema as it is shipped: table changes, run once in order, and functions, replaced at each migrate.
public enum Schema {
  /// A file of SQL.
  public struct File: Sendable {
    /// The file's name without its ending, such as `V0001_registry`.
    public let name: String
    /// Its text.
    public let sql: String
  }

  /// Forward-only table changes in their order.
  public static let tables: [File] = [
    File(name: "V0001_registry", sql: text(PackageResources.V0001_registry_sql)),
    File(name: "V0002_writing", sql: text(PackageResources.V0002_writing_sql)),
    File(name: "V0003_divisions", sql: text(PackageResources.V0003_divisions_sql)),
    File(name: "V0004_feed", sql: text(PackageResources.V0004_feed_sql)),
    File(name: "V0005_events", sql: text(PackageResources.V0005_events_sql)),
    File(name: "V0006_redaction", sql: text(PackageResources.V0006_redaction_sql)),
    File(name: "V0007_harvest", sql: text(PackageResources.V0007_harvest_sql)),
    File(name: "V0008_opening_hours", sql: text(PackageResources.V0008_opening_hours_sql)),
    File(name: "V0009_imports", sql: text(PackageResources.V0009_imports_sql)),
    File(name: "V0010_addresses", sql: text(PackageResources.V0010_addresses_sql)),
    File(name: "V0011_geography", sql: text(PackageResources.V0011_geography_sql)),
    File(name: "V0012_gis", sql: text(PackageResources.V0012_gis_sql)),
    File(name: "V0013_matching", sql: text(PackageResources.V0013_matching_sql)),
    File(name: "V0014_decisions", sql: text(PackageResources.V0014_decisions_sql)),
    File(name: "V0015_duplicates", sql: text(PackageResources.V0015_duplicates_sql)),
    File(name: "V0016_harvest_match", sql: text(PackageResources.V0016_harvest_match_sql)),
    File(name: "V0017_streets", sql: text(PackageResources.V0017_streets_sql)),
  ]

  /// Functions and triggers, replaced each time.
  public static let functions: [File] = [
    File(name: "F_geography", sql: text(PackageResources.F_geography_sql)),
    File(name: "F_counts", sql: text(PackageResources.F_counts_sql)),
    File(name: "F_changes", sql: text(PackageResources.F_changes_sql)),
    File(name: "F_feed", sql: text(PackageResources.F_feed_sql)),
    File(name: "F_hours", sql: text(PackageResources.F_hours_sql)),
    File(name: "F_gis", sql: text(PackageResources.F_gis_sql)),
  ]

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
