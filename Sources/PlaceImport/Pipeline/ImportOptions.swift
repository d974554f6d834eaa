import Places

/// What can be imported.
public enum ImportKind: String, Sendable, Hashable, CaseIterable {
  case places, addresses, events, municipalities, divisions
  case postalCodes = "postal-codes"
}

/// How far the reading of a file is.
public struct ImportProgress: Sendable, Hashable {
  /// Rows that were read.
  public var rows: Int
  /// Bytes of the file that were read; nil where that is not known.
  public var bytes: Int?
  /// The file's size in bytes; nil for a pipe.
  public var size: Int?
}

/// What an import is told beside its file.
public struct ImportOptions: Sendable {
  /// The data source whose rows these are.
  public var source: DataSourceID
  /// Tell what would happen and change nothing.
  public var isDryRun = false
  /// The EPSG code of the coordinates, where the file doesn't say it.
  public var crs: Int?
  /// The file's encoding; nil: found out.
  public var encoding: TextEncoding?
  /// The character between fields; nil: found out.
  public var delimiter: Character?
  /// The layer of a file that has several.
  public var layer: String?
  /// Field → column.
  public var map: [String: String] = [:]
  /// Which field is made of what (`--mapping`).
  public var mapping: ImportMapping?
  /// Columns that ids are made from.
  public var idFrom: [String] = []
  /// Whether rows without an id are known by name, street and postal code (`--match-by name,address`), and get a minted
  /// id where nothing is known by them.
  public var matchesByName = false
  /// Whether columns that are no field become custom data.
  public var keepsUnmapped = false
  /// Which rows to take, and which places may be missing.
  public var scope = ImportScope()
  /// Whether an empty cell keeps what is stored (`--empty keep`).
  public var emptyKeeps = false
  /// Whether fields that were edited by hand take the file's values again.
  public var overwritesHeld = false
  /// What the user takes the import's word for (`--assume`).
  public var assumptions = Assumptions()
  /// Whether places of the source that the file lacks are retired (`--missing retire`).
  public var retiresMissing = false
  /// The share of the source's places, in per cent, that may be retired.
  public var maxRetired = 10.0
  /// Whether one field may be cleared on more than a tenth of its places.
  public var allowsClear = false
  /// Whether more than a tenth of the known ids may come with a new name and address.
  public var allowsReuse = false
  /// Whether a file without rows may retire places.
  public var allowsEmpty = false
  /// Where the rejected rows are written to.
  public var rejectsPath: String?
  /// Where the file is written to with an id in each row.
  public var idsPath: String?
  /// Where the verdict on each row is written to.
  public var verdictsPath: String?
  /// The session's id; nil: a new one.
  public var session: String?
  /// Who imports, where it is not the command line.
  public var person: String?
  /// The organisation that uploaded the file.
  public var organization: String?
  /// What the file is called in the report; nil: its path's last part.
  public var fileName: String?
  /// Told now and then while the file is read.
  public var progress: (@Sendable (ImportProgress) -> Void)?

  /// Makes the default options of a source.
  public init(source: DataSourceID) { self.source = source }
}
