import Geodesy
import NIOCore
import PlaceStore
import Places

/// Writes stored event documents into an answer, with what depends on the request, the place and the version spliced in.
struct EventWriter {
  private(set) var places: PlaceWriter
  private let viewer: Viewer
  private let includesPlaces: Bool

  init(
    store: PlaceStore, exchange: Exchange, srid: Int = PlacePosition.geographicSRID, origin: Coordinate? = nil,
    includesPlaces: Bool, capacity: Int
  ) {
    places = PlaceWriter(store: store, baseURL: exchange.baseURL, srid: srid, origin: nil, capacity: capacity)
    self.origin = origin
    viewer = exchange.viewer
    self.includesPlaces = includesPlaces
  }

  /// Where distances are measured from, in degrees.
  private let origin: Coordinate?

  /// What has been written.
  var buffer: ByteBuffer { places.buffer }

  mutating func raw(_ text: String) { places.raw(text) }

  /// The event as Linked Events' object; a deleted one in the reduced shape. `resolution` is what its free text came to,
  /// as JSON.
  mutating func object(_ row: EventRow, resolution: String? = nil) throws {
    guard row.state == .live else { return deleted(row) }
    address("{\"@id\":", "event", row.id)
    places.raw(",")
    row.withDocument { document($0) }
    places.raw(",\"location\":")
    try location(row)
    places.raw(",\"sub_events\":[")
    for (index, id) in row.subEvents.enumerated() {
      if index > 0 { places.raw(",") }
      address("{\"@id\":", "event", id)
      places.raw("}")
    }
    places.raw("],\"created_time\":\"\(row.createdTime)\",\"last_modified_time\":\"\(row.lastModifiedTime)\"")
    places.raw(",\"version\":\(row.version),\"deleted\":false,\"replaced_by\":null")
    if let origin, let degrees = row.degrees, row.location(for: viewer) != nil {
      places.raw(",\"distance\":")
      places.number((Geodesic.distance(origin, degrees) * 1000).rounded() / 1000)
    }
    if let resolution { places.raw(",\"resolution\":\(resolution)") }
    places.raw("}")
  }

  /// What Linked Events tells of a deleted event in a list.
  private mutating func deleted(_ row: EventRow) {
    var w = JSONWriter()
    w.beginObject()
    w.member("id", row.id)
    w.member("name", EventDocument.deletedName)
    w.member("last_modified_time", row.lastModifiedTime)
    w.key("deleted")
    w.bool(true)
    w.member("replaced_by", row.replacedBy)
    w.endObject()
    places.raw(w.string)
  }

  private mutating func location(_ row: EventRow) throws {
    guard let id = row.location(for: viewer) else { return places.raw("null") }
    if includesPlaces, let place = row.place { return try places.object(place) }
    address("{\"@id\":", "place", id)
    places.raw("}")
  }

  private mutating func address(_ before: String, _ collection: String, _ id: String) {
    places.raw("\(before)\"\(places.baseURL)/v1/\(collection)/\(ResourceAddress.segment(id))/\"")
  }

  /// A stored document, our own address put in where it stands for one.
  private mutating func document(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    while let mark = rest.firstIndex(of: EventDocument.base) {
      places.raw(UnsafeRawBufferPointer(rebasing: rest[..<mark]))
      places.raw(places.baseURL)
      rest = rest[(mark + 1)...]
    }
    places.raw(UnsafeRawBufferPointer(rebasing: rest))
  }
}
