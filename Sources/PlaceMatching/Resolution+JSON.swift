import Places

extension JSONWriter {
  /// Writes a ``Resolution`` as `/v1/resolve` and `placeregistry resolve` answer it: `{"key"?, "verdict", "id",
  /// "precision", "candidates": [{"id", "name", "score", "reasons": [{"feature", "score", "detail"}]}], "address":
  /// {…}}`, each member of the address there, null (or an empty list) where nothing was told.
  ///
  /// - Parameters:
  ///   - key: the question's own key; nil leaves the member out.
  ///   - municipalityName: a municipality's name, for `address.municipality`.
  public mutating func resolution(
    _ resolution: Resolution, key: String? = nil, municipalityName: (MunicipalityCode) -> LocalizedText?
  ) {
    beginObject()
    if let key { member("key", key) }
    member("verdict", resolution.verdict.rawValue)
    member("id", resolution.id)
    member("precision", resolution.precision.rawValue)
    self.key("candidates")
    candidates(resolution.candidates)
    self.key("address")
    address(resolution.address, municipalityName: municipalityName)
    endObject()
  }

  /// Writes candidates as a list, scores with two decimals.
  public mutating func candidates(_ candidates: [ScoredPlace]) {
    beginArray()
    for candidate in candidates {
      beginObject()
      member("id", candidate.id)
      member("name", candidate.name)
      hundredths("score", candidate.score)
      key("reasons")
      beginArray()
      for reason in candidate.reasons {
        beginObject()
        member("feature", reason.feature.rawValue)
        hundredths("score", reason.score)
        member("detail", reason.detail)
        endObject()
      }
      endArray()
      endObject()
    }
    endArray()
  }

  /// Writes an address; `municipality` is `{"code", "name"}` where the text means one municipality, null where it names
  /// none or several may be meant.
  public mutating func address(
    _ address: AddressText, municipalityName: (MunicipalityCode) -> LocalizedText?
  ) {
    beginObject()
    member("street", address.street)
    whole("number", address.number)
    whole("number_end", address.numberEnd)
    member("letter", address.letter)
    member("staircase", address.staircase)
    member("apartment", address.apartment)
    member("postal_code", address.postalCode?.description)
    member("post_office", address.postOffice)
    member("po_box", address.postOfficeBox)
    member("care_of", address.careOf)
    key("municipality")
    if let code = address.municipalities.first, address.municipalities.count == 1 {
      beginObject()
      member("code", code.description)
      member("name", municipalityName(code))
      endObject()
    } else {
      null()
    }
    texts("names", address.names)
    texts("rooms", address.rooms)
    endObject()
  }

  private mutating func whole(_ name: String, _ value: Int?) {
    key(name)
    if let value { integer(value) } else { null() }
  }

  private mutating func hundredths(_ name: String, _ value: Double) {
    key(name)
    double((value * 100).rounded() / 100)
  }

  private mutating func texts(_ name: String, _ values: [String]) {
    key(name)
    beginArray()
    for value in values { string(value) }
    endArray()
  }
}
