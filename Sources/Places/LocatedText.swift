/// What a free text that says where an event is came to.
public struct LocatedText: Sendable, Hashable {
  /// The place's id; nil where it is not certain.
  public let id: String?
  /// Floors, halls and rooms that the text names beside the place: `2. krs, sali`.
  public let rooms: String

  /// Makes one.
  public init(id: String?, rooms: [String]) {
    self.id = id
    self.rooms = rooms.joined(separator: ", ")
  }
}
