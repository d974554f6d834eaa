import PlaceStore
import Places

/// What an export wrote: of which state of the registry, from which sources, under which licences.
public struct ExportReport: Sendable, Hashable {
  /// What was exported.
  public let kind: ExportKind
  /// The file format.
  public let format: ExportFormat
  /// The EPSG code of geometries; nil where the format has none.
  public let crs: Int?
  /// The filters, as they were given.
  public let scope: [String]
  /// Whether drafts are in it.
  public let includesDrafts: Bool
  /// The change log's number at which it is exact.
  public let sequence: Int
  /// The change log that the number belongs to.
  public let epoch: String
  /// The moment that it shows (RFC 3339).
  public let time: String
  /// The sources of its rows.
  public let sources: [DataSource]
  /// How many rows it has.
  public internal(set) var rows = 0
  /// How many bytes.
  public internal(set) var bytes = 0
  /// SHA-256 of the whole file, in lower-case hexadecimal digits.
  public internal(set) var sha256 = ""
  /// Where it was written; `-` is standard output, nil for none.
  public internal(set) var path: String?
  /// How long it took.
  public internal(set) var seconds = 0.0

  init(_ options: ExportOptions, _ snapshot: ExportSnapshot, sources: [DataSource]) {
    kind = options.kind
    format = options.format
    crs = format.hasGeometry ? options.crs ?? PlacePosition.geographicSRID : nil
    scope = options.query.scope.filters.map { "\($0.field.rawValue)=\($0.values.joined(separator: ","))" }
    includesDrafts = options.query.includesDrafts
    sequence = snapshot.sequence
    epoch = snapshot.epoch
    time = snapshot.time
    self.sources = sources
  }

  /// The bytes of ``sha256``.
  public var digest: [UInt8] {
    let digits = sha256.utf8.map { $0 < 0x3A ? $0 &- 0x30 : $0 &- 0x57 }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  /// What goes with the file: everything but where it lies and how long it took.
  public var metadata: String {
    var w = JSONWriter()
    w.beginObject()
    members(&w)
    w.endObject()
    return w.string
  }

  /// The whole report as JSON.
  public var json: String {
    var w = JSONWriter()
    w.beginObject()
    w.member("file", path)
    members(&w)
    w.key("duration_s")
    w.double((seconds * 1000).rounded() / 1000)
    w.endObject()
    return w.string
  }

  /// The report for a person.
  public var text: String {
    let place = path.map { $0 == "-" ? "" : " to \($0)" } ?? ""
    let rate = seconds > 0.05 ? ", \(Int(Double(rows) / seconds)) rows/s" : ""
    var lines = ["\(rows) \(kind.rawValue)\(place), exact at change \(sequence)\(rate)", "SHA-256 \(sha256)"]
    for source in sources {
      let licence = [source.licence, source.attribution].compactMap { $0 }.joined(separator: "; ")
      lines.append("source \(source.id): \(licence.isEmpty ? "no licence told" : licence)")
    }
    return lines.joined(separator: "\n")
  }

  private func members(_ w: inout JSONWriter) {
    w.member("kind", kind.rawValue)
    w.member("format", format.rawValue)
    w.member("crs", crs.map { "EPSG:\($0)" })
    w.key("where")
    w.beginArray()
    for filter in scope { w.string(filter) }
    w.endArray()
    w.key("drafts")
    w.bool(includesDrafts)
    w.key("rows")
    w.integer(rows)
    w.key("bytes")
    w.integer(bytes)
    w.member("sha256", sha256)
    state(&w)
  }

  /// Writes which state of the registry it shows, and whose data it is.
  func state(_ w: inout JSONWriter) {
    w.key("sequence")
    w.integer(sequence)
    w.member("epoch", epoch)
    w.member("timeStamp", time)
    w.key("sources")
    w.beginArray()
    for source in sources {
      w.beginObject()
      w.member("id", source.id)
      w.member("name", source.name)
      w.member("licence", source.licence)
      w.member("licence_url", source.licenceURL)
      w.member("attribution", source.attribution)
      w.member("contact", source.contact)
      w.member("updated_time", source.dataTime)
      w.endObject()
    }
    w.endArray()
  }
}
