import { expect } from 'chai';
import { langfuseRecords } from '#src/langfuse-records.js';
import { streamSchema } from '#src/stream-schema.js';

const { fields } = langfuseRecords.score;
const NONE = { ...fields };

describe('a stream of a Langfuse source', () => {
  it('has every field of the vocabulary, in its order', () => {
    const schema = streamSchema('score', ['project_id', 'id'], NONE);
    expect(schema).to.deep.include({ name: 'score', key: ['project_id', 'id'], doc: langfuseRecords.score.doc });
    expect(Object.keys(schema.fields)).to.deep.equal(Object.keys(fields));
    expect(schema.fields).to.deep.equal(fields);
  });

  it('says which fields the source lacks, and what it means differently', () => {
    const schema = streamSchema('score', ['id'], {
      ...NONE,
      data_type: { absent: 'there are only numbers' },
      trace_id: { nullable: true, doc: 'The trace’s id.' },
    });
    expect(schema.fields['data_type']).to.deep.equal({
      ...fields.data_type,
      nullable: true,
      absent: 'there are only numbers',
    });
    expect(schema.fields['trace_id']).to.deep.equal({ ...fields.trace_id, nullable: true, doc: 'The trace’s id.' });
  });
});

describe('the vocabulary of Langfuse', () => {
  it('names what traces and observations share alike, and marks what is about persons', () => {
    const personal = Object.entries(langfuseRecords).map(([name, stream]) => [
      name,
      Object.entries(stream.fields).flatMap(([field, schema]) => (schema.personal ? [field] : [])),
    ]);
    expect(Object.fromEntries(personal)).to.deep.equal({
      trace: ['user_id', 'metadata', 'input', 'output', 'trace.user_id', 'trace.metadata'],
      generation: ['status_message', 'metadata', 'input', 'output', 'trace.user_id', 'trace.metadata'],
      score: ['comment', 'author_user_id', 'metadata', 'trace.user_id', 'trace.metadata'],
      observation: ['status_message', 'metadata', 'input', 'output', 'trace.user_id', 'trace.metadata'],
    });
  });
});
