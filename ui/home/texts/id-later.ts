import own from '@texts/id/home.ftl?part=later';

export default [own];
