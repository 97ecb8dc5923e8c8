import own from '@texts/vi/home.ftl?part=later';

export default [own];
