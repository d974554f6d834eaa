import Foundation
import Geodesy
import NIOCore
import PlaceStore
import Places

/// Writes stored place documents into an answer, with what depends on the request spliced in.
struct PlaceWriter {
  let store: PlaceStore
  let baseURL: String
  let srid: Int
  /// Where distances are measured from, in degrees.
  let origin: Coordinate?
  private(set) var buffer: ByteBuffer
  /// When the places are open; nil where `include=open_now` was not asked for.
  var open: OpenNow?
  /// What editors decided that texts mean this place, as JSON; nil where it was not asked for.
  var decisions: String?
  /// The first end to come of the events that `has_upcoming_events` told of, and the first change of `open_now`.
  private(set) var validUntil: Double?
  private let now = Date().timeIntervalSince1970

  /// What every stored document begins with and GeoJSON's properties leave out.
  private static let head = #""@context":"http://schema.org","@type":"Place","#.utf8.count

  init(store: PlaceStore, baseURL: String, srid: Int, origin: Coordinate?, capacity: Int) {
    self.store = store
    self.baseURL = baseURL
    self.srid = srid
    self.origin = origin
    buffer = ByteBuffer()
    buffer.reserveCapacity(capacity)
  }

  mutating func raw(_ text: String) { buffer.writeString(text) }
  mutating func raw(_ bytes: UnsafeRawBufferPointer) { buffer.writeBytes(bytes) }

  /// The place as Linked Events' object.
  mutating func object(_ row: PlaceRow) throws {
    open(row)
    row.withDocument { document($0, row) }
    buffer.writeStaticString(",\"position\":")
    try position(row)
    close(row)
  }

  /// The place as a GeoJSON feature.
  mutating func feature(_ row: PlaceRow) throws {
    buffer.writeStaticString("{\"type\":\"Feature\",\"id\":")
    buffer.writeString(JSONValue.string(row.id).text)
    buffer.writeStaticString(",\"geometry\":")
    try position(row)
    buffer.writeStaticString(",\"properties\":")
    open(row)
    row.withDocument { document(UnsafeRawBufferPointer(rebasing: $0.dropFirst(Self.head)), row) }
    close(row)
    buffer.writeStaticString("}")
  }

  /// The stored document, with `open_now` and `next_change` in its opening hours where they are asked for.
  private mutating func document(_ bytes: UnsafeRawBufferPointer, _ row: PlaceRow) {
    guard let open, let place = OpenNow.placeInDocument(bytes) else {
      buffer.writeBytes(bytes)
      return
    }
    buffer.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[..<place]))
    let told = open.told(row.id)
    buffer.writeString(told.text)
    if let change = told.change { validUntil = min(validUntil ?? change, change) }
    buffer.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[place...]))
  }

  private mutating func open(_ row: PlaceRow) {
    buffer.writeStaticString("{\"@id\":\"")
    buffer.writeString(baseURL)
    buffer.writeStaticString("/v1/place/")
    buffer.writeString(ResourceAddress.segment(row.id))
    buffer.writeStaticString("/\",")
  }

  private mutating func close(_ row: PlaceRow) {
    buffer.writeStaticString(",\"n_events\":")
    buffer.writeString(String(row.eventCount))
    buffer.writeStaticString(",\"has_upcoming_events\":")
    let isUpcoming = row.lastEventEnd.map { $0 > now } ?? false
    if isUpcoming, let end = row.lastEventEnd { validUntil = min(validUntil ?? end, end) }
    buffer.writeString(isUpcoming ? "true" : "false")
    if let decisions {
      buffer.writeStaticString(",\"decisions\":")
      buffer.writeString(decisions)
    }
    if let origin, let degrees = row.degrees {
      buffer.writeStaticString(",\"distance\":")
      number((Geodesic.distance(origin, degrees) * 1000).rounded() / 1000)
    }
    buffer.writeStaticString("}")
  }

  private mutating func position(_ row: PlaceRow) throws {
    guard let point = try coordinate(row) else {
      buffer.writeStaticString("null")
      return
    }
    buffer.writeStaticString("{\"type\":\"Point\",\"coordinates\":[")
    number(point.x)
    buffer.writeStaticString(",")
    number(point.y)
    buffer.writeStaticString("]}")
  }

  private func coordinate(_ row: PlaceRow) throws -> Coordinate? {
    guard let degrees = row.degrees else { return nil }
    switch srid {
    case PlacePosition.geographicSRID: return degrees
    case PlacePosition.indexSRID: return row.metres
    default:
      do { return try store.answered(degrees, row.delivered, srid: srid) } catch {
        throw Problem.parameter(
          "srid", String(srid), "A place of the answer can't be told in EPSG:\(srid): \(error)")
      }
    }
  }

  mutating func number(_ value: Double) {
    if value == value.rounded(), abs(value) < 1e15 {
      buffer.writeString(String(Int64(value)))
    } else {
      buffer.writeString(value.description)
    }
  }

}
