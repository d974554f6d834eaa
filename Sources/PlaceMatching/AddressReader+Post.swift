import Places

/// What the post wants: care of, boxes, codes and their post offices.
extension AddressReader {
  mutating func readPost(_ words: ArraySlice<AddressWord>) {
    guard !words.isEmpty else { return }
    if awaitsOffice {
      awaitsOffice = false
      if let first = towns.first(words), first.count == words.count {
        return office(words, first.town)
      }
    }
    for index in words.indices {
      let folded = words[index].folded
      switch folded.utf8.first ?? 0 {
      case UInt8(ascii: "c") where folded == "c o" && words[index].text.contains("/") && index + 1 < words.endIndex:
        return readCareOf(words, at: index)
      case UInt8(ascii: "p"), UInt8(ascii: "b"):
        guard let (number, count) = Self.box(words[index...]) else { continue }
        readPost(words[..<index])
        address.postOfficeBox = address.postOfficeBox ?? number
        return readPost(words[(index + count)...])
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "f"), UInt8(ascii: "a"), UInt8(ascii: "s"):
        let isCountry = (folded == "fi" || folded == "fin" || folded == "ax") && index + 1 < words.endIndex
        guard let code = Self.code(words[isCountry ? index + 1 : index]) else { continue }
        readParts(words[..<index], isAfterStreet: false)
        return readOffice(words[(index + (isCountry ? 2 : 1))...], code)
      default: continue
      }
    }
    readParts(words, isAfterStreet: false)
  }

  private mutating func readCareOf(_ words: ArraySlice<AddressWord>, at index: Int) {
    if index > words.startIndex { readParts(words[..<index], isAfterStreet: false) }
    let rest = words[(index + 1)...]
    let street = StreetFinder.numbered(rest, isField: false)
    let end = rest.indices.first { Self.code(words[$0]) != nil || Self.box(words[$0...]) != nil } ?? rest.endIndex
    let stop = min(street?.start ?? end, end)
    let name = rest[..<stop].joined
    if !name.isEmpty { address.careOf = address.careOf ?? name }
    if stop > rest.startIndex || stop < rest.endIndex { readPost(rest[stop...]) }
  }

  private static func box(_ words: ArraySlice<AddressWord>) -> (number: String, count: Int)? {
    guard let first = words.first else { return nil }
    let second = words.dropFirst().first
    func number(_ word: AddressWord?) -> String? {
      guard let word, word.isDigits, (1...5).contains(word.folded.utf8.count) else { return nil }
      return word.folded
    }
    if AddressWords.boxes.contains(first.folded) || first.folded == "box" { return number(second).map { ($0, 2) } }
    if first.folded == "po" || first.folded == "p o", second?.folded == "box" {
      return number(words.dropFirst(2).first).map { ($0, 3) }
    }
    if first.folded.hasPrefix("pl") || first.folded.hasPrefix("pb") {
      let digits = first.folded.dropFirst(2)
      if (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
        return (String(digits), 1)
      }
    }
    return nil
  }

  /// `20100`, `FI-20100`, `FIN-20100`, `AX-22100`.
  static func code(_ word: AddressWord) -> PostalCode? {
    guard word.folded.utf8.count >= 5, word.folded.utf8.last.map({ (0x30...0x39).contains($0) }) ?? false else {
      return nil
    }
    let digits: Substring
    if word.isNumber {
      digits = word.folded[...]
    } else {
      guard let prefix = ["fi ", "fin ", "ax ", "fi", "sf "].first(where: { word.folded.hasPrefix($0) }) else {
        return nil
      }
      digits = word.folded.dropFirst(prefix.count)
    }
    guard digits.utf8.count == 5 else { return nil }
    return try? PostalCode(digits)
  }

  private mutating func readOffice(_ words: ArraySlice<AddressWord>, _ code: PostalCode) {
    let isFirst = address.postalCode == nil
    if isFirst { address.postalCode = code }
    guard !words.isEmpty else {
      awaitsOffice = address.postOffice == nil
      return
    }
    if let first = towns.first(words) {
      office(words.prefix(first.count), first.town)
      return readPost(words.dropFirst(first.count))
    }
    let plain = words.prefix { !$0.isNumber }
    let count =
      StreetFinder.numbered(words, isField: false) == nil && plain.count <= 3 ? plain.count : min(1, plain.count)
    if count > 0 { office(words.prefix(count), nil) }
    if count < words.count { readPost(words.dropFirst(count)) }
  }

  /// The post office of a postal code.
  private mutating func office(_ words: ArraySlice<AddressWord>, _ town: TownNames.Town?) {
    let name = words.joined
    if name.isEmpty {
      readParts(words, isAfterStreet: false)
    } else if address.postOffice == nil {
      address.postOffice = name
    } else if words.folded != address.postOffice.map({ Folding.fold($0) }) {
      address.furtherPostOffices.append(name)
    }
    if let town { named.append(Named(town: town, words: words)) }
  }
}
