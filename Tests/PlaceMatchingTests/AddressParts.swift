import PlaceMatching
import Places

extension AddressText {
  /// All parts in one line, each after its letter: N name, R room, S street, H house, X further street, P code, O post
  /// office, Y further post office, B box, c/o, M municipalities, E elsewhere.
  var parts: String {
    var parts: [String] = []
    func add(_ letter: String, _ value: String?) { if let value { parts.append("\(letter) \(value)") } }
    for name in names { add("N", name) }
    for room in rooms { add("R", room) }
    add("S", street)
    add("H", house)
    for street in furtherStreets { add("X", street) }
    add("P", postalCode?.description)
    add("O", postOffice)
    for office in furtherPostOffices { add("Y", office) }
    add("B", postOfficeBox)
    add("c/o", careOf)
    if !municipalities.isEmpty { add("M", municipalities.map(\.description).joined(separator: " ")) }
    add("E", elsewhere?.rawValue)
    return parts.joined(separator: "; ")
  }

  /// `2-4a A 14`
  private var house: String? {
    guard let number else { return nil }
    var house = "\(number)" + (numberEnd.map { "-\($0)" } ?? "") + (letter ?? "")
    if let staircase { house += " \(staircase)" }
    if let apartment { house += staircase == nil ? " as. \(apartment)" : " \(apartment)" }
    return house
  }

  /// The address written again, in the usual order.
  var written: String {
    var parts = names + rooms
    if let careOf { parts.append("c/o \(careOf)") }
    if let street { parts.append(street + (house.map { " \($0)" } ?? "")) }
    parts += furtherStreets
    if let postOfficeBox { parts.append("PL \(postOfficeBox)") }
    let post = [postalCode?.description, postOffice].compactMap { $0 }.joined(separator: " ")
    if !post.isEmpty { parts.append(post) }
    return parts.joined(separator: ", ")
  }
}
