/// Finds the street among the words of a segment.
enum StreetFinder {
  /// A street with a number.
  struct Found {
    /// Its first word, the word of its number, and the first after it.
    var start, house, end: Int
    /// The word before it may be its first part, or a name: "Korjaamo Töölön katu 51", "Löfvingin Tapanin tie 3".
    var mayTakeOneMore = false
    let parts: HouseReader
  }

  /// The first street word with a number after it; in a field that is known to be a street address, the words before
  /// any number.
  static func numbered(_ words: ArraySlice<AddressWord>, isField: Bool) -> Found? {
    for index in words.indices.dropFirst() where words[index].isNumber {
      guard let match = StreetWords.match(words[index - 1]), let house = HouseReader(words, at: index) else { continue }
      let start = start(words, street: index - 1, match, isField: isField)
      let isLonely = start == words.startIndex && start == index - 1
      // "Polku 2" may be a path, "Aukio 3" is a street.
      if isLonely, match.isAlone, match.kind == .wide, !isField, house.number > 200 { continue }
      var found = Found(start: start, house: index, end: house.end, parts: house)
      if start - words.startIndex == 1, match.isAlone, start < index - 1, words[start - 1].isCapital,
        !StreetWords.isVenueKind(words[start - 1])
      {
        found.mayTakeOneMore = true
      }
      return found
    }
    guard isField else { return nil }
    for index in words.indices.dropFirst() where words[index].isNumber {
      guard let house = HouseReader(words, at: index) else { continue }
      return Found(start: words.startIndex, house: index, end: house.end, parts: house)
    }
    return nil
  }

  /// Where a street begins whose last word is known.
  static func start(_ words: ArraySlice<AddressWord>, street: Int, _ match: StreetWords.Match, isField: Bool) -> Int {
    var start = street
    guard !isField || words[words.startIndex..<street].contains(where: { StreetWords.isVenueKind($0) }) else {
      return words.startIndex
    }
    if start > words.startIndex {
      let before = words[start - 1]
      if match.isAlone {
        // "Kampin tori", "Vanha tie", and what else a segment begins with; "Bulevardi" needs nothing before it.
        let isPart =
          StreetWords.isFirstPart(before)
          || !StreetWords.isComplete(words[street]) && (isGenitive(before) || start - 1 == words.startIndex)
        if isOrdinal(before) || isPart && !before.isDigits && !StreetWords.isVenueKind(before) { start -= 1 }
      } else if match.mayFollow || !words[street].isCapital && before.isCapital, isGenitive(before),
        !StreetWords.isVenueKind(before)
      {
        start -= 1
      }
    }
    while start > words.startIndex {
      let before = words[start - 1]
      let isFirst =
        StreetWords.isFirstPart(before) || start < street && StreetWords.isGivenName(before)
        || StreetWords.isGivenName(before) && before.hasStop && !before.isNumber
      guard isFirst else { break }
      start -= 1
    }
    return start
  }

  /// A street without a number: the last word says what it is.
  static func unnumbered(_ words: ArraySlice<AddressWord>, isField: Bool) -> Int? {
    guard let last = words.indices.last, let match = StreetWords.match(words[last]), isField || match.kind == .plain
    else { return nil }
    if match.isAlone, words.count == 1, !isField { return nil }
    return start(words, street: last, match, isField: isField)
  }

  /// A street without a street word: up to four words and a house number at the end, and nothing that tells a venue.
  static func plain(_ words: ArraySlice<AddressWord>) -> Found? {
    for index in words.indices.dropFirst() where words[index].isNumber {
      guard let house = HouseReader(words, at: index), house.end == words.endIndex, house.number > 0,
        house.number < 1000, index - words.startIndex <= 4
      else { continue }
      // "Espoon vierassatama Laituritori 5": what follows a venue's kind, unless that is the first word.
      let kind = words[words.startIndex..<index].lastIndex { StreetWords.isVenueKind($0) }
      let start = kind.map { $0 > words.startIndex ? $0 + 1 : $0 } ?? words.startIndex
      let name = words[start..<index]
      let isName =
        !name.isEmpty
        && name.allSatisfy { word in
          let isWord = word.folded.utf8.count >= 3 && !word.isNumber && !hasInnerCapital(word.text)
          return (isWord || StreetWords.isFirstPart(word) || word.hasStop) && !StreetWords.isVenueKind(word)
            && !AddressWords.isNumberedRoom(word) && !word.text.contains("&")
        }
      guard isName else { return nil }
      return Found(start: start, house: index, end: house.end, parts: house)
    }
    return nil
  }

  private static func isGenitive(_ word: AddressWord) -> Bool {
    word.folded.utf8.count >= 4 && (word.folded.hasSuffix("n") || word.folded.hasSuffix("s")) && !word.isNumber
  }

  /// "5. linja"
  private static func isOrdinal(_ word: AddressWord) -> Bool { word.isDigits && word.hasStop }

  /// "HopLop"
  private static func hasInnerCapital(_ text: String) -> Bool {
    var wasSmall = false
    for scalar in text.unicodeScalars {
      if scalar.properties.isUppercase, wasSmall { return true }
      wasSmall = scalar.properties.isLowercase
    }
    return false
  }
}
