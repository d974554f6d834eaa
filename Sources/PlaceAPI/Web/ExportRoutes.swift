import Foundation
import HTTPTypes
import NIOCore
import PlaceExport
import PlaceStore
import Places

extension API {
  /// What can be had under `/export/`, for everybody: what is public and nothing else.
  private static let exportFormats: [(format: ExportFormat, media: MediaType)] = [
    (.ndjson, .ndjson), (.csv, .csv), (.geojson, .geoJSON), (.gpkg, .geoPackage),
  ]

  /// `/export/`: all dumps, what they show now and whose data it is.
  func exports(_ exchange: Exchange) async throws -> Answer {
    let (head, epoch) = try await store.changeHead()
    var w = JSONWriter(capacity: 4096)
    w.beginObject()
    w.key("sequence")
    w.integer(head)
    w.member("epoch", epoch)
    w.key("files")
    w.beginArray()
    for kind in ExportKind.allCases {
      for (format, media) in Self.exportFormats {
        let url = "\(exchange.baseURL)/export/\(kind.rawValue).\(format.rawValue)"
        w.beginObject()
        w.member("kind", kind.rawValue)
        w.member("format", format.rawValue)
        w.member("type", media.essence)
        w.member("url", url)
        w.member("sha256", url + ".sha256")
        w.member("metadata", url + ".meta.json")
        w.endObject()
      }
    }
    w.endArray()
    w.key("sources")
    w.beginArray()
    for source in try await store.dataSources() {
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
    w.endObject()
    return .json(w.bytes)
  }

  /// `/export/places.csv`, `/export/places.csv.sha256`, `/export/places.csv.meta.json`
  func export(_ exchange: Exchange) async throws -> Answer {
    let name = exchange.segments.first ?? ""
    let isChecksum = name.hasSuffix(".sha256")
    let isMetadata = name.hasSuffix(".meta.json")
    let file = name.dropLast(isChecksum ? 7 : isMetadata ? 10 : 0)
    let parts = file.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let kind = ExportKind(rawValue: parts[0]),
      let (format, media) = Self.exportFormats.first(where: { $0.format.rawValue == parts[1] })
    else {
      throw Problem.notFound("There is no dump \(name); /export/ lists what there is.")
    }
    var options = ExportOptions(kind: kind, format: format)
    options.query.isForPublic = true
    // Who follows the changes starts from here, and is told of the built-in places, too.
    options.query.includesBuiltIn = format == .ndjson
    options.baseURL = configuration.publicURL
    let dump = try await dumps.dump(options)
    var answer: Answer
    if isChecksum {
      answer = Answer(media: .plain, body: ByteBuffer(string: "\(dump.report.sha256)  \(file)\n"))
    } else if isMetadata {
      answer = Answer(media: .json, body: ByteBuffer(string: dump.report.metadata))
    } else {
      answer = Answer(media: media, body: ByteBuffer())
      answer.file = ServedFile(dump: dump, etag: "\"\(dump.report.sequence).\(dump.report.sha256.prefix(16))\"")
      let digest = Data(dump.report.digest).base64EncodedString()
      answer.headers[.reprDigest] = "sha-256=:\(digest):"
      answer.headers[.digest] = "sha-256=\(digest)"
      answer.headers[.contentDisposition] = "attachment; filename=\"\(file)\""
      let url = "\(exchange.baseURL)/export/\(file).meta.json"
      answer.headers[.link] = "<\(url)>; rel=\"describedby\"; type=\"application/json\""
    }
    answer.headers[.changeSequence] = String(dump.report.sequence)
    return answer
  }
}

extension HTTPField.Name {
  static let reprDigest = HTTPField.Name("Repr-Digest") ?? .accept
  static let digest = HTTPField.Name("Digest") ?? .accept
}
