// PouchDB with just the parts in use. Imported only lazily: it is the heaviest chunk, and no list needs it.
import idbAdapter from 'pouchdb-adapter-idb'
import httpAdapter from 'pouchdb-adapter-http'
import PouchDB from 'pouchdb-core'
import replication from 'pouchdb-replication'

PouchDB.plugin(idbAdapter).plugin(httpAdapter).plugin(replication)

export { PouchDB }
