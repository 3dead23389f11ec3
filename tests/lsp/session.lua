-- A session of Neovim's own language client with `polc lsp`: open, look, ask, edit, apply.
-- POLC is the program and FOLDER a folder with names.pol and policy.pol. Prints a line for each
-- step; the exit status is 0 when every step came out right.

local folder = os.getenv('FOLDER')
local kPatience = 20000 -- milliseconds

local failures = 0
local function check(what, right, detail)
  if not right then failures = failures + 1 end
  local line = (right and 'ok: ' or 'WRONG: ') .. what
  if not right and detail ~= nil then line = line .. ': ' .. vim.inspect(detail) end
  io.stdout:write(line .. '\n')
end

local function open(name)
  vim.cmd('edit ' .. folder .. '/' .. name)
  return vim.api.nvim_get_current_buf()
end

local exited = nil
local client_id = vim.lsp.start_client({
  name = 'polc',
  cmd = { os.getenv('POLC'), 'lsp' },
  root_dir = folder,
  flags = { debounce_text_changes = 0 },
  on_exit = function(code) exited = code end,
})

local names = open('names.pol')
local policy = open('policy.pol')
vim.lsp.buf_attach_client(names, client_id)
vim.lsp.buf_attach_client(policy, client_id)

local client = nil
vim.wait(kPatience, function()
  client = vim.lsp.get_client_by_id(client_id)
  return client ~= nil and client.initialized == true
end, 10)
check('the client is initialized', client ~= nil and client.initialized == true)

local function codes(buffer)
  local all = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(all, diagnostic.code or diagnostic.user_data.lsp.code)
  end
  table.sort(all)
  return table.concat(all, ' ')
end

-- Waits until the buffer has exactly these diagnostics.
local function expect_codes(what, buffer, wanted)
  vim.wait(kPatience, function() return codes(buffer) == wanted end, 10)
  check(what, codes(buffer) == wanted, codes(buffer))
end

local function lines(buffer) return vim.api.nvim_buf_get_lines(buffer, 0, -1, false) end

-- Where `text` begins in a buffer: line and byte, from 0.
local function find(buffer, text)
  for i, line in ipairs(lines(buffer)) do
    local at = line:find(text, 1, true)
    if at ~= nil then return i - 1, at - 1 end
  end
  error('no ' .. text)
end

local function replace(buffer, old, new)
  local line, at = find(buffer, old)
  vim.api.nvim_buf_set_text(buffer, line, at, line, at + #old, vim.split(new, '\n'))
end

-- Asks about the place `offset` bytes behind the beginning of `text`.
local function ask(method, buffer, text, offset, more)
  vim.api.nvim_set_current_buf(buffer)
  local line, at = find(buffer, text)
  vim.api.nvim_win_set_cursor(0, { line + 1, at + (offset or 0) })
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  for key, value in pairs(more or {}) do params[key] = value end
  local answer = client.request_sync('textDocument/' .. method, params, kPatience, buffer)
  return answer or { err = 'no answer' }
end

local function labels(answer)
  local all = {}
  for _, item in ipairs((answer.result or {}).items or {}) do table.insert(all, item.label) end
  return table.concat(all, ' ')
end

-- One mistake with a fix in the policy, none in the names.
expect_codes('the mistake is shown', policy, 'P2002')
expect_codes('the other file has none', names, '')

-- The fix.
do
  local line = find(policy, 'protocoll')
  vim.api.nvim_set_current_buf(policy)
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(policy),
    range = { start = { line = line, character = 3 }, ['end'] = { line = line, character = 3 } },
    context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(policy, line) },
  }
  local answer = client.request_sync('textDocument/codeAction', params, kPatience, policy)
  local action = answer and answer.result and answer.result[1]
  check('there is a quick fix', action ~= nil and action.kind == 'quickfix', answer)
  if action then vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding) end
  check('the fix was made', pcall(find, policy, 'protocol = "tcp"'), lines(policy))
  expect_codes('the mistake is gone', policy, '')
end

-- Letters of two, three and four bytes before and in what is edited.
vim.api.nvim_buf_set_text(names, 0, 0, 0, 0, { '# é 中 𐐷𐐷', '' })
replace(names, '𐐷𐐷', '𐐷 𐐷')
vim.api.nvim_buf_set_text(names, 0, #'# é 中 𐐷', 0, #'# é 中 𐐷', { ' é' })
expect_codes('text that is not ASCII is followed', names, '')
replace(names, '# é 中 𐐷 é 𐐷', '/* é 中 𐐷 */ nothing {\n}')
expect_codes('a mistake behind such text', names, 'P2001')
do
  local found = vim.diagnostic.get(names)[1]
  check('has its place in bytes', found ~= nil and found.col == #'/* é 中 𐐷 */ ', found)
end
replace(names, '/* é 中 𐐷 */ nothing {', '# é')
replace(names, '}', '# 𐐷')
expect_codes('and is gone', names, '')

-- Names across files.
check('completion knows the workloads',
  labels(ask('completion', policy, 'workload.web', #'workload.')) == 'pg web',
  labels(ask('completion', policy, 'workload.web', #'workload.')))
check('completion knows the words',
  labels(ask('completion', policy, '"tcp"', 1)):find('sctp', 1, true) ~= nil)
do
  local answer = ask('hover', policy, 'workload.web', #'workload.w')
  check('hover shows the workload',
    answer.result ~= nil and answer.result.contents.value:find('cgroup', 1, true) ~= nil, answer)
  answer = ask('hover', policy, 'protocol', 2)
  check('hover explains an attribute',
    answer.result ~= nil and answer.result.contents.value:find('udp', 1, true) ~= nil, answer)
  answer = ask('hover', policy, 'local.port', #'local.p')
  check('hover shows a constant',
    answer.result ~= nil and answer.result.contents.value:find('5432', 1, true) ~= nil, answer)
end
do
  local line = find(names, 'workload "web"')
  local answer = ask('definition', policy, 'workload.web', #'workload.w')
  local place = answer.result and answer.result[1]
  check('definition leads to the other file',
    place ~= nil and place.uri == vim.uri_from_bufnr(names) and place.range.start.line == line,
    answer)
  answer = ask('references', names, '"web"', 2, { context = { includeDeclaration = true } })
  check('references are found in both files', answer.result ~= nil and #answer.result == 2, answer)
end

-- Rename, in both files at once.
do
  local answer = ask('prepareRename', policy, 'workload.web', #'workload.w')
  check('the name can be changed', answer.result ~= nil and answer.result.start ~= nil, answer)
  answer = ask('rename', policy, 'workload.web', #'workload.w', { newName = 'pg' })
  check('not to one that is taken', answer.err ~= nil and answer.err.code == -32803, answer)
  answer = ask('rename', policy, 'workload.web', #'workload.w', { newName = 'café' })
  if answer.result then
    vim.lsp.util.apply_workspace_edit(answer.result, client.offset_encoding)
  end
  check('the policy has the new name', pcall(find, policy, 'workload.café'), lines(policy))
  check('the declaration, too', pcall(find, names, 'workload "café"'), lines(names))
  expect_codes('and all is well (policy)', policy, '')
  expect_codes('and all is well (names)', names, '')
end

-- Layout.
do
  replace(policy, 'protocol = "tcp"', 'protocol="tcp"')
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(policy),
    options = { tabSize = 2, insertSpaces = true },
  }
  local answer = client.request_sync('textDocument/formatting', params, kPatience, policy)
  if answer and answer.result then
    vim.lsp.util.apply_text_edits(answer.result, policy, client.offset_encoding)
  end
  check('formatting aligns', pcall(find, policy, '  protocol = "tcp"'), lines(policy))
end

-- The tree.
do
  local params = { textDocument = vim.lsp.util.make_text_document_params(policy) }
  local answer = client.request_sync('textDocument/documentSymbol', params, kPatience, policy)
  local block = answer and answer.result and answer.result[1]
  check('the outline has the policy and its attributes',
    block ~= nil and block.name == 'web-to-pg' and #block.children >= 4, answer)
end

-- Undo goes through many edits; what the server has is still what the buffer has.
for _ = 1, 50 do vim.cmd('silent! undo') end
for _ = 1, 50 do vim.cmd('silent! redo') end
replace(policy, 'workload.café', 'workload.nobody')
do
  local found = nil
  vim.wait(kPatience, function()
    found = vim.diagnostic.get(policy)[1]
    return found ~= nil and found.message:find('nobody', 1, true) ~= nil
  end, 10)
  local line, at = find(policy, 'nobody')
  check('the text is still the same on both sides',
    found ~= nil and found.lnum == line and found.col <= at and found.end_col == at + #'nobody',
    found)
end

-- An orderly end: Neovim sends shutdown and exit.
client.stop()
vim.wait(kPatience, function() return exited ~= nil end, 10)
check('the server ends with 0', exited == 0, exited)

io.stdout:write(failures == 0 and 'all is well\n' or (failures .. ' wrong\n'))
vim.cmd(failures == 0 and 'qall!' or '1cquit!')
