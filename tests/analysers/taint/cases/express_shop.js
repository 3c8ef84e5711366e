const express = require('express');
const cp = require('child_process');
const fs = require('fs');
const path = require('path');
const axios = require('axios');
const mysql = require('mysql');
const util = require('util');
const escapeHtml = require('escape-html');
const { MongoClient } = require('mongodb');
const vm = require('vm');

const app = express();
const pool = mysql.createPool({});
const ROOT = '/srv/files';
const run = util.promisify(cp.exec);

app.get('/items', (req, res) => {
  const { name } = req.query;
  pool.query('SELECT * FROM item WHERE name = "' + name + '"'); // hit sql
  pool.query(`SELECT * FROM item WHERE name = "${name}"`); // hit sql
  pool.query('SELECT * FROM item WHERE name = ?', [name]); // ok
  pool.query('SELECT * FROM item LIMIT ' + Number(name)); // ok
  cp.exec('ls ' + name); // hit command
  cp.execFile('ls', [name]); // ok
  cp.spawn('sh', ['-c', 'ls ' + name]); // hit command
  run('ls ' + name); // hit command
  eval(name); // hit code
  vm.runInNewContext(name); // hit code
  fs.readFile(path.join(ROOT, name), done); // hit path
  const full = path.resolve(ROOT, name);
  if (!full.startsWith(ROOT + path.sep)) {
    return res.sendStatus(403);
  }
  fs.readFile(full, done); // ok
  fs.readFile(path.join(ROOT, path.basename(name)), done); // ok
});

app.post('/find', async (req, res) => {
  const db = await MongoClient.connect('mongodb://localhost');
  db.collection('user').find({ name: req.body.name }); // hit nosql
  db.collection('user').find({ name: String(req.body.name) }); // ok
  if (typeof req.body.id === 'string') {
    db.collection('user').find({ id: req.body.id }); // ok
  }
});

app.get('/proxy', function (req, res) {
  axios.get(req.query.url); // hit ssrf
  axios.get('https://api.example.com/user/' + req.query.id); // ok
  const allowed = ['https://a.example/', 'https://b.example/'];
  const target = req.query.target;
  if (allowed.includes(target)) {
    axios.get(target); // ok
  }
  res.redirect(target); // hit redirect
  res.redirect('/user/' + req.query.id); // ok
});

app.get('/page', (req, res) => {
  res.send('<p>' + req.query.name); // hit html
  res.send('<p>' + escapeHtml(req.query.name)); // ok
  res.json({ name: req.query.name }); // ok
});

app.get('/plain', (req, res) => {
  res.setHeader('Content-Type', 'text/plain');
  res.send('name: ' + req.query.name); // ok
});

app.get('/set', (req, res) => {
  const settings = {};
  settings[req.body.group][req.body.key] = 1; // hit prototype
  new RegExp(req.query.pattern); // hit regex
  console.log('user %s', req.query.user); // hit log
});

function show(element) {
  element.innerHTML = location.hash.slice(1); // hit html
  element.textContent = location.hash.slice(1); // ok
  document.write('<p>' + document.referrer); // hit html
}

class Runner {
  constructor(command) {
    this.command = command;
    this.fixed = 'ls';
  }

  go() {
    cp.exec(this.command); // hit command
    cp.exec(this.fixed); // ok
  }
}

app.get('/class', (req, res) => {
  new Runner(req.query.command).go();
});

app.get('/constant', (req, res) => {
  let value = req.query.x;
  if (2 > 1) {
    value = 'fixed';
  }
  cp.exec('ls ' + value); // ok
});
