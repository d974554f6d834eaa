/// The GIS formats that are written, under GDAL's names.
public enum VectorFormat: String, Sendable, Hashable, CaseIterable {
  case geopackage = "GPKG"
  case xlsx = "XLSX"

  /// The ending of such a file's name.
  public var suffix: String { self == .geopackage ? "gpkg" : "xlsx" }
}

/// A column of a file that is written.
public struct VectorColumn: Sendable, Hashable {
  /// What its cells hold.
  public enum Kind: String, Sendable, Hashable {
    /// Text, also codes such as 00100, which stay as they are.
    case text
    /// Whole numbers of 64 bits.
    case integer
    /// Doubles.
    case real
  }

  /// The column's name.
  public let name: String
  /// What its cells hold.
  public let kind: Kind

  /// Makes a column of text or numbers.
  public init(_ name: String, _ kind: Kind = .text) {
    self.name = name
    self.kind = kind
  }
}
