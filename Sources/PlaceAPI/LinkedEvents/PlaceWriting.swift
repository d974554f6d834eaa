import Geodesy
import HTTPTypes
import NIOCore
import PlaceStore
import Places

extension API {
  /// `POST /v1/place/`: one place, or many in an array, all or none.
  func createPlaces(_ exchange: Exchange) async throws -> Answer {
    let body = try exchange.json()
    let srid = try writingSRID(exchange)
    let elements = body.arrayValue ?? [body]
    guard elements.count <= 1000 else {
      throw Problem.field("", "\(elements.count)", "too-long", "At most 1000 places can be written at once.")
    }
    guard !elements.isEmpty else { throw Problem.field("", "[]", "required", "Give at least one place.") }
    try await refuseWhatIsThere(elements, exchange, srid: srid, isList: body.arrayValue != nil)
    return try await write(exchange) { transaction, caller in
      var drafts: [PlaceDraft] = []
      var errors: [FieldError] = []
      for (index, element) in elements.enumerated() {
        do {
          let id = try Self.newID(element, caller)
          let name = LocalizedText([.fi: "-"])
          guard let name else { continue }
          let edit = PlaceEdit(
            element, to: Place(id: id, name: name), shown: nil, surroundings(exchange, transaction, srid))
          drafts.append(
            PlaceDraft(edit: edit, existing: nil, index: body.arrayValue == nil ? nil : index, life: .live))
        } catch let error as FieldError {
          errors.append(body.arrayValue == nil ? error : error.inside(index))
        }
      }
      let ids = drafts.map(\.edit.place.id)
      let sources = try await transaction.sources(Set(ids.map(\.source.description)))
      for index in drafts.indices {
        let draft = drafts[index]
        if let owner = sources[draft.edit.place.id.source.description] {
          drafts[index].edit.publish(by: owner)
        } else {
          errors.append(
            draft.error(
              "/data_source", draft.edit.place.id.source.description, "unknown-data-source",
              "There is no such data source: /v1/data_source/ lists them."))
        }
        if draft.edit.life.deleted == true || (draft.edit.life.replacedBy ?? nil) != nil {
          errors.append(draft.error("/deleted", "true", "invalid-value", "A new place can't be deleted or replaced."))
        }
        if ids.filter({ $0 == draft.edit.place.id }).count > 1 {
          errors.append(
            draft.error("/id", draft.edit.place.id.description, "duplicate-id", "Another element has the same id."))
        }
      }
      let changes = try await check(drafts, errors, transaction, caller)
      let taken = try await transaction.holders(of: ids.map(\.description))
      if let id = ids.first(where: { taken[$0.description] != nil }), let holder = taken[id.description] {
        throw Problem.conflict(
          "id-taken", id: holder.description,
          holder == id
            ? "There is, or was, a place with the id \(id): ids are never used again."
            : "\(holder) has \(id) as an identifier: it is that place, or give this one another id.")
      }
      try await transaction.save(changes)
      let rows = try await transaction.rows(of: ids)
      var written = try self.written(rows, exchange, srid: srid, isList: body.arrayValue != nil)
      written.status = .created
      if body.arrayValue == nil, let id = ids.first {
        written.location = "\(exchange.baseURL)/v1/place/\(ResourceAddress.segment(id.description))/"
      } else {
        written.location = "\(exchange.baseURL)/v1/place/"
      }
      return written
    }
  }

  /// The id of a place that is being made: as given, or a short one that nobody misreads. Throws ``FieldError`` and
  /// ``Problem`` 403.
  static func newID(_ body: JSONValue, _ caller: Caller, of kind: String = "place") throws -> PlaceID {
    let sourceKey = body["data_source"] ?? body["dataSource"]
    let given = body["id"].flatMap { $0 == .null ? nil : $0 }
    var id: PlaceID?
    if let given {
      do throws(InvalidValue) { id = try PlaceID(given.stringValue ?? given.text) } catch {
        throw FieldError(pointer: "/id", value: error.value, code: "id", detail: error.detail)
      }
    }
    let writable = caller.writable ?? []
    let name = sourceKey?.stringValue ?? id?.source.description ?? (writable.count == 1 ? writable[0] : nil)
    guard let name else {
      throw FieldError(
        pointer: "/data_source", value: sourceKey?.text ?? "", code: "required",
        detail: "Say to which data source the \(kind) belongs; this key writes: "
          + "\(caller.writable?.joined(separator: ", ") ?? "all").")
    }
    let source: DataSourceID
    do throws(InvalidValue) { source = try DataSourceID(name) } catch {
      throw FieldError(pointer: "/data_source", value: name, code: "data-source", detail: error.detail)
    }
    try mayWrite(source.description, caller)
    return try id ?? PlaceID(source: source, local: MintedName.local())
  }

  /// Throws ``Problem`` 403 unless the caller may write a data source.
  static func mayWrite(_ source: String, _ caller: Caller) throws {
    guard caller.mayWrite(source) else {
      let own = caller.writable.map { $0.isEmpty ? "none" : $0.joined(separator: ", ") } ?? "all"
      throw Problem.forbidden("This key doesn't write the data source \(source); it writes: \(own).")
    }
  }

  /// `PUT` and `PATCH /v1/place/{id}/`.
  func editPlace(_ exchange: Exchange) async throws -> Answer {
    let body = try exchange.json()
    let srid = try writingSRID(exchange)
    return try await write(exchange) { transaction, caller in
      let stored = try await self.lock(exchange.segments[0], exchange, transaction, caller)
      let shown = try await self.shown(stored, transaction, exchange, srid)
      var edit = PlaceEdit(body, to: stored.place, shown: shown, self.surroundings(exchange, transaction, srid))
      guard edit.reader.errors.isEmpty else { throw Problem.fields(edit.reader.errors) }
      try await self.live(stored, &edit, exchange, transaction, caller)
      let rows = try await transaction.rows(of: [stored.place.id])
      return try self.written(rows, exchange, srid: srid, isList: false)
    }
  }

  /// Carries out an edit with whatever it says about the place's life.
  private func live(
    _ stored: StoredPlace, _ edit: inout PlaceEdit, _ exchange: Exchange, _ transaction: StoreTransaction,
    _ caller: Caller
  ) async throws {
    let id = stored.place.id
    if stored.state != "live" {
      let undoes = edit.life.deleted == false || edit.life.replacedBy == .some(nil)
      guard undoes, edit.life.deleted != true, edit.life.replacedBy.flatMap({ $0 }) == nil else {
        if edit.edited.isEmpty { return }
        try await Self.refuse(stored, transaction)
        return
      }
      let revived = try await transaction.revive(stored)
      var again = edit
      again.takeIdentifiers(revived.place.identifiers)
      let draft = PlaceDraft(edit: again, existing: stored, index: nil, life: .live)
      try await transaction.save(try await check([draft], [], transaction, caller))
      _ = try await transaction.returnLinks(id)
      return
    }
    if exchange.query["correction"].map({ $0 == "false" || $0 == "0" }) ?? true, stored.place.isPublic {
      edit.keepFormerNames(of: stored.place)
    }
    if stored.isDelivered { edit.hold(Self.importedKeys) }
    let isDeletion = edit.life.deleted == true && edit.life.replacedBy.flatMap({ $0 }) == nil
    let draft = PlaceDraft(
      edit: edit, existing: stored, index: nil, life: isDeletion ? .deleted(reason: exchange.query["reason"]) : .live)
    let changes = try await check([draft], [], transaction, caller)
    if let change = changes.first, change.changesAnything {
      if Self.onlyVerified(change, stored) {
        try await transaction.verify([(stored, change.place.verifiedTime)])
      } else {
        try await transaction.save(changes)
      }
    }
    if let survivor = edit.life.replacedBy.flatMap({ $0 }) {
      _ = try await Self.moving { try await transaction.merge(id, into: survivor) }
    }
  }

  private static func onlyVerified(_ change: PlaceChange, _ stored: StoredPlace) -> Bool {
    var place = change.place
    place.verifiedTime = stored.place.verifiedTime
    return change.life == .live && stored.state == "live" && place == stored.place
  }

  /// Keys whose values imports deliver, and which a hand therefore holds.
  static let importedKeys: Set<String> = [
    "name", "description", "street_address", "postal_code", "post_office", "address_locality", "municipality",
    "position", "coordinates", "opening_hours", "info_url", "urls", "email", "telephone", "parent", "identifiers",
    "alternate_names", "kind", "operating_status", "publication_status", "custom_data",
  ]

  /// `DELETE /v1/place/{id}/`: a version like any other; the second time nothing.
  func deletePlace(_ exchange: Exchange) async throws -> Answer {
    try await write(exchange) { transaction, caller in
      let stored = try await self.lock(exchange.segments[0], exchange, transaction, caller)
      if stored.state == "live" {
        var change = try PlaceChange(stored.place, existing: stored, engine: self.store.engine)
        change.life = .deleted(reason: exchange.query["reason"])
        try await transaction.save([change])
      } else if stored.state != "deleted" {
        try await Self.refuse(stored, transaction)
      }
      return Written(status: .noContent)
    }
  }

  /// Throws what a write to a place that no longer lives is answered: 410, or 409 with the ids that answer for it.
  static func refuse(_ stored: StoredPlace, _ transaction: StoreTransaction) async throws {
    if stored.state == "deleted" { throw Problem.gone(deletedTime: nil, reason: nil) }
    let current = try await transaction.successors(stored)
    var problem = Problem.conflict(
      "moved", id: current.first ?? stored.place.id.description,
      "\(stored.place.id) was \(stored.state): write to \(current.joined(separator: " or ")).")
    problem.extra.append(.init("current", .array(current.map { .string($0) })))
    throw problem
  }

  /// The place that a path names, locked, for one who may write it. Throws ``Problem`` 404, 403 and 412.
  func lock(_ id: String, _ exchange: Exchange, _ transaction: StoreTransaction, _ caller: Caller) async throws
    -> StoredPlace
  {
    let native = try await transaction.holders(of: [id])[id]
    guard let native, let stored = try await transaction.lockPlaces([native])[native] else {
      throw Problem.notFound("There is no place with the id \(id), and there never was one.")
    }
    guard stored.place.isPublic || exchange.viewer.sees(native.source.description) else {
      throw Problem.notFound("There is no place with the id \(id), and there never was one.")
    }
    try Self.mayWrite(native.source.description, caller)
    try exchange.checkVersion(stored.version)
    return stored
  }

  func surroundings(_ exchange: Exchange, _ transaction: StoreTransaction, _ srid: Int) -> PlaceEdit.Surroundings {
    surroundings(exchange, transaction.gazetteer, srid)
  }

  func surroundings(_ exchange: Exchange, _ gazetteer: Gazetteer, _ srid: Int) -> PlaceEdit.Surroundings {
    var surroundings = PlaceEdit.Surroundings()
    surroundings.srid = srid
    surroundings.merges = exchange.method == .patch
    surroundings.zone = Self.zone
    surroundings.municipality = { gazetteer.find($0)?.code }
    return surroundings
  }

  func writingSRID(_ exchange: Exchange) throws -> Int {
    var reader = ParameterReader(exchange.query)
    let crs = PlaceParameters.srid(&reader, store.engine)
    try reader.finish()
    return crs?.srid ?? PlacePosition.geographicSRID
  }

  /// The document as the writer would be shown it.
  func shown(
    _ stored: StoredPlace, _ transaction: StoreTransaction, _ exchange: Exchange, _ srid: Int
  ) async throws -> JSONValue {
    guard let row = try await transaction.rows(of: [stored.place.id]).first else { throw Problem.fault }
    var writer = PlaceWriter(store: store, baseURL: exchange.baseURL, srid: srid, origin: nil, capacity: 2048)
    try writer.object(row)
    return try JSONParser.parse(Array(writer.buffer.readableBytesView))
  }

  func written(_ rows: [PlaceRow], _ exchange: Exchange, srid: Int, isList: Bool) throws -> Written {
    var writer = PlaceWriter(
      store: store, baseURL: exchange.baseURL, srid: srid, origin: nil, capacity: rows.count * 2048)
    if isList { writer.raw("[") }
    for (index, row) in rows.enumerated() {
      if index > 0 { writer.raw(",") }
      try writer.object(row)
    }
    if isList { writer.raw("]") }
    return Written(body: writer.buffer, version: isList ? nil : rows.first?.version)
  }
}
