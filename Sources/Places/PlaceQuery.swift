import Geodesy

/// A question about places as a value: what SQL answers now and a read model can answer later.
public struct PlaceQuery: Sendable, Hashable {
  /// The largest number of words of ``text``.
  public static let maximumWords = 12

  /// A circle on the ellipsoid, its edge included.
  public struct Radius: Sendable, Hashable {
    /// Longitude and latitude in degrees (WGS 84).
    public var origin: Coordinate
    /// Geodesic metres, 0…100,000.
    public var metres: Double

    /// Makes a circle.
    public init(origin: Coordinate, metres: Double) {
      self.origin = origin
      self.metres = metres
    }
  }

  /// A box in a CRS, its edges included.
  public struct Box: Sendable, Hashable {
    /// EPSG code.
    public var srid: Int
    /// The box, easting or longitude first.
    public var bounds: BoundingBox

    /// Makes a box.
    public init(srid: Int, bounds: BoundingBox) {
      self.srid = srid
      self.bounds = bounds
    }
  }

  /// Polygons whose edges are straight in a CRS, boundary included.
  public struct Area: Sendable, Hashable {
    /// EPSG code.
    public var srid: Int
    /// Polygons, each an outer ring followed by its holes; rings are closed.
    public var polygons: [[[Coordinate]]]

    /// Makes an area.
    public init(srid: Int, polygons: [[[Coordinate]]]) {
      self.srid = srid
      self.polygons = polygons
    }
  }

  /// An instant or a period at which places are to be open.
  public struct OpenPeriod: Sendable, Hashable {
    /// The instant, or the period's first, in seconds since 1970.
    public var start: Int64
    /// The first instant after the period; nil: only the instant ``start`` is meant.
    public var end: Int64?

    /// Makes a period.
    public init(start: Int64, end: Int64? = nil) {
      self.start = start
      self.end = end
    }
  }

  /// Administrative divisions that a filter named; none at all when it named only unknown ones.
  public struct Divisions: Sendable, Hashable {
    /// Municipalities among them, in the order of their codes.
    public var municipalities: [MunicipalityCode]
    /// The store's keys of the others, in their order; a division keeps its key for ever.
    public var keys: [Int64]

    /// Makes a list.
    public init(municipalities: [MunicipalityCode], keys: [Int64]) {
      self.municipalities = municipalities
      self.keys = keys
    }
  }

  /// What a list can be sorted by.
  public enum SortKey: String, Sendable, Hashable, CaseIterable {
    case name, id
    case events = "n_events"
    case dataSource = "data_source"
    case streetAddress = "street_address"
    case postalCode = "postal_code"
    case lastModifiedTime = "last_modified_time"
    case distance
  }

  /// A sort key with its direction.
  public struct SortTerm: Sendable, Hashable {
    /// The key.
    public var key: SortKey
    /// Largest first.
    public var descending: Bool

    /// Makes a term.
    public init(_ key: SortKey, descending: Bool = false) {
      self.key = key
      self.descending = descending
    }
  }

  /// Whose drafts are among the answers.
  public var viewer = Viewer.public
  /// Drafts only, or published ones only; nil: both, as far as the viewer may see them.
  public var isPublic: Bool?
  /// In one of these; merged ones already replaced by their successors.
  public var municipalities: [MunicipalityCode]?
  /// With one of these postal codes.
  public var postalCodes: [PostalCode]?
  /// Folded by ``Folding/fold(_:)``.
  public var postOffices: [String]?
  /// In one of these administrative divisions.
  public var divisions: Divisions?
  /// Within this circle.
  public var radius: Radius?
  /// Orders by distance from here, without a limit.
  public var nearest: Coordinate?
  /// Within this box.
  public var box: Box?
  /// Within these polygons.
  public var area: Area?
  /// In one of these states.
  public var operatingStates: [OperatingState]?
  /// Of one of these kinds.
  public var kinds: [PlaceKind]?
  /// Whether areas, municipalities and the online place are among the answers although no kind was named.
  public var includesAreas = false
  /// Searched for in names, streets, post offices and identifiers.
  public var text: String?
  /// Native, old and foreign ids.
  public var ids: [String]?
  /// `scheme:value`
  public var identifiers: [String]?
  /// Of one of these data sources.
  public var dataSources: [String]?
  /// Published by one of these organisations.
  public var publishers: [String]?
  /// Part of one of these places.
  public var parents: [String]?
  /// Open then, or for all of that period; a place without hours never is.
  public var open: OpenPeriod?
  /// Changed at this time or later.
  public var modifiedSince: Timestamp?
  /// With at least one public event.
  public var withEvents = false
  /// With an event that has not ended.
  public var withUpcomingEvents = false
  /// Deleted, merged and split ones too.
  public var includesDeleted = false
  /// Empty: distance, else text score, else `-n_events,-data_source,name`; the id always comes last.
  public var sort: [SortTerm] = []
  /// From 1.
  public var page = 1
  /// 1…1000
  public var pageSize = 20
  /// Where the last page ended; takes the place of ``page`` in finding rows.
  public var cursor: PlaceCursor?

  /// Makes a query for all public venues.
  public init() {}

  /// Where distances are measured from.
  public var origin: Coordinate? { radius?.origin ?? nearest }

  /// The same question without its page: what a count depends on.
  public var filter: PlaceQuery {
    var copy = self
    copy.page = 1
    copy.pageSize = 1
    copy.cursor = nil
    copy.sort = []
    if copy.radius != nil { copy.nearest = nil }
    copy.nearest = copy.nearest.map { _ in Coordinate(x: 0, y: 0) }
    return copy
  }
}

/// The sort keys of the last row of a page, from which the next page goes on: deep pages cost no more than the first.
public struct PlaceCursor: Sendable, Hashable {
  /// One sort key's value.
  public enum Value: Sendable, Hashable {
    case text(String)
    case integer(Int)
    /// Kept bit for bit.
    case double(Double)
  }
  /// The keys' values in the order of the sort, the id last.
  public var values: [Value]

  /// Makes a cursor.
  public init(_ values: [Value]) { self.values = values }

  /// The cursor as JSON text, to be encoded for a URL.
  public var json: String {
    var writer = JSONWriter()
    writer.beginArray()
    for value in values {
      switch value {
      case .text(let text): writer.string(text)
      case .integer(let integer): writer.integer(integer)
      case .double(let double): writer.value(.object([.init("d", .string(String(double.bitPattern, radix: 16)))]))
      }
    }
    writer.endArray()
    return writer.string
  }

  /// Reads ``json``; nil when it is not such a text.
  public init?(json: String) {
    guard case .array(let elements)? = try? JSONParser.parse(json), elements.count <= 16 else { return nil }
    values = []
    for element in elements {
      switch element {
      case .string(let text):
        guard !text.utf8.contains(0) else { return nil }
        values.append(.text(text))
      case .integer(let integer): values.append(.integer(Int(integer)))
      default:
        guard let bits = element["d"]?.stringValue.flatMap({ UInt64($0, radix: 16) }) else { return nil }
        values.append(.double(Double(bitPattern: bits)))
      }
    }
  }
}
