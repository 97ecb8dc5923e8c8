import own from '@texts/en/home.ftl?part=later';

export default [own];
