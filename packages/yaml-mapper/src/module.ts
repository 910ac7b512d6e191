import { tokens } from '@sluice/core/config';
import { ContainerModule } from 'inversify';
import { createYamlMappingLanguage } from './mapping-language.js';

export const yamlMapperModule = new ContainerModule(({ bind }) => {
  bind(tokens.mappingLanguage).toConstantValue(createYamlMappingLanguage());
});
