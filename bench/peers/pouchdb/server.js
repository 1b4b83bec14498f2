// PouchDB Server with its usual store (LevelDB): node server.js PORT, in the folder for the data.
const PouchDB = require('pouchdb').defaults({ prefix: `${process.cwd()}/` })
const app = require('express-pouchdb')(PouchDB, { mode: 'minimumForPouchDB' })
app.listen(Number(process.argv[2]), '127.0.0.1')
